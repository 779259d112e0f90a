# Which of the ports ($3 …) of a mail server ($2) this server reaches: "465=open", "587=shut".
# Run by bash, whose /dev/tcp opens a connection; nothing is said on it.
host=$2
shift 2
for port in "$@"; do
    (
        if timeout 8 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>/dev/null; then
            echo "$port=open"
        else
            echo "$port=shut"
        fi
    ) &
done
wait
