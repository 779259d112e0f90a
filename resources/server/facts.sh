# What coophost needs to know about a server, in one round trip: lines of key=value.
# It only looks. Sent to `sh -s facts`; read by coophost_gui/servers/facts.py.
# A key may come several times (a list). What cannot be found out is left out.

LC_ALL=C
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export LC_ALL PATH

tell() { [ -z "$2" ] || printf '%s=%s\n' "$1" "$2"; }
tell_each() { while IFS= read -r line; do tell "$1" "$line"; done; }
has() { command -v "$1" >/dev/null 2>&1; }

look() {
tell time "$(date +%s)"

# Who are we here, and how do we become the administrator?
tell uid "$(id -u)"
tell user "$(id -un)"
tell groups "$(id -Gn)"
AS_ROOT=
if [ "$(id -u)" = 0 ]; then
    tell sudo root
elif ! has sudo; then
    tell sudo none
elif sudo -n true </dev/null >/dev/null 2>&1; then
    tell sudo free
    AS_ROOT="sudo -n"
else
    tell sudo password
fi

# The system
(
    . /etc/os-release 2>/dev/null
    tell system.id "$ID"
    tell system.version "$VERSION_ID"
    tell system.codename "$VERSION_CODENAME"
    tell system.name "$PRETTY_NAME"
)
tell arch "$(uname -m)"
tell kernel "$(uname -r)"
tell hostname "$(hostname -f 2>/dev/null || hostname 2>/dev/null || cat /etc/hostname)"
if [ -d /run/systemd/system ]; then tell init systemd; else tell init "$(cat /proc/1/comm)"; fi
[ -e /run/reboot-required ] && tell reboot yes
has timedatectl && tell ntp "$(timedatectl show -p NTPSynchronized --value 2>/dev/null)"
[ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] && tell apparmor on
has apparmor_parser && tell apparmor.tools yes

# Room: kilobytes of memory; bytes and files of every disk that matters
awk '/^(MemTotal|MemAvailable|SwapTotal):/ { sub(":", "", $1); print "memory." $1 "=" $2 }' \
    /proc/meminfo
for folder in / /var /var/lib/docker; do
    [ -d "$folder" ] || continue
    room="$(df -P -B1 "$folder" 2>/dev/null | awk 'NR == 2 { print $4 "/" $2 }')"
    files="$(df -P -i "$folder" 2>/dev/null | awk 'NR == 2 { print $4 "/" $2 }')"
    tell disk "$folder $room $files"
done

# The network: who listens where (owners only when we may see them), our addresses, the way out
if has ss; then
    $AS_ROOT ss -Hltnp 2>/dev/null | awk '{
        owner = ""
        if (match($0, /users:\(\("[^"]*"/)) owner = substr($0, RSTART + 9, RLENGTH - 10)
        print "listen=" $4 " " owner
    }'
fi
if has ip; then
    ip -o addr show scope global 2>/dev/null | awk '{ print "address=" $2 " " $4 }'
    ip -4 route show 2>/dev/null | awk '$1 ~ /^[0-9]/ { print "route=" $1 }'
    tell out4 "$(ip -4 route get 1.1.1.1 2>/dev/null | head -n 1)"
    tell out6 "$(ip -6 route get 2606:4700:4700::1111 2>/dev/null | head -n 1)"
fi
if grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then
    tell firewall ufw
elif [ "$(systemctl is-active firewalld 2>/dev/null)" = active ]; then
    tell firewall firewalld
elif $AS_ROOT iptables -S INPUT 2>/dev/null | grep -Eq -e '^-P INPUT DROP|-j (DROP|REJECT)' ||
    $AS_ROOT nft list ruleset 2>/dev/null | grep -q 'hook input .*policy drop'; then
    tell firewall iptables
fi
awk '$1 == "nameserver" { print "resolver=" $2 }' /etc/resolv.conf 2>/dev/null

# Programs: what is installed, half installed, or being installed right now
if has dpkg-query; then
    dpkg-query -W -f '${Package} ${db:Status-Abbrev} ${Version}\n' \
        docker.io docker-ce docker-engine moby-engine podman-docker apparmor \
        containerd containerd.io moby-containerd unattended-upgrades needrestart 2>/dev/null |
        awk '$2 !~ /^[un]n$/ { print "package=" $1 " " $2 " " $3 }'
    tell unfinished "$(dpkg --audit 2>/dev/null | awk '/^ [a-z0-9]/ { printf "%s ", $1 }')"
    mark=/run/coophost-debian-lists
    [ -e "$mark" ] && tell lists.age "$(($(date +%s) - $(stat -c %Y "$mark")))"
    for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock; do
        number="$(stat -c %i "$lock" 2>/dev/null)" || continue
        holder="$(awk -v file=":$number\$" '$6 ~ file { print $5; exit }' /proc/locks 2>/dev/null)"
        [ -n "$holder" ] || continue
        tell installing "$(cat "/proc/$holder/comm" 2>/dev/null || echo another program)"
        break
    done
fi
[ -e /snap/bin/docker ] && tell docker.snap yes

# Updates that come by themselves: what is set, whether the clock for them runs, what is left out
has apt-config && apt-config dump 2>/dev/null | awk -F ' "' '
    /^(APT::Periodic::(Enable|Update-Package-Lists|Unattended-Upgrade)|Unattended-Upgrade::Package-Blacklist::) / {
        sub(/";$/, "", $2)
        print "updates=" $1 "=" $2
    }'
for timer in apt-daily.timer apt-daily-upgrade.timer; do
    [ "$(systemctl is-active $timer 2>/dev/null)" = active ] || continue
    [ "$(systemctl is-enabled $timer 2>/dev/null)" = enabled ] && tell updates.timer $timer
done

# Docker
if has docker; then
    tell docker.program "$(command -v docker)"
    case "$(docker --version 2>/dev/null)" in
        podman*) tell docker.flavour Podman ;;
    esac
    case "$(docker info --format '{{.OperatingSystem}} {{.SecurityOptions}}' 2>/dev/null)" in
        "Docker Desktop"*) tell docker.flavour "Docker Desktop" ;;
        *name=rootless*) tell docker.flavour rootless ;;
    esac
    tell docker.unit "$(systemctl is-active docker 2>/dev/null)"
    tell docker.enabled "$(systemctl is-enabled docker 2>/dev/null)"
    tell docker.version "$($AS_ROOT docker version --format '{{.Server.Version}}' 2>/dev/null)"
    tell docker.api "$($AS_ROOT docker version --format '{{.Server.APIVersion}}' 2>/dev/null)"
    $AS_ROOT docker info --format 'docker.swarm={{.Swarm.LocalNodeState}}
docker.manager={{.Swarm.ControlAvailable}}
docker.live_restore={{.LiveRestoreEnabled}}
docker.logging={{.LoggingDriver}}
docker.root={{.DockerRootDir}}
docker.running={{.ContainersRunning}}' 2>/dev/null | grep -v '=$'
    tell docker.proxy "$($AS_ROOT docker network inspect proxy \
        --format '{{.Driver}} {{.Scope}}' 2>/dev/null)"
fi
$AS_ROOT cat /etc/docker/daemon.json 2>/dev/null | tell_each docker.config
}

# Nothing in here may read the rest of this script from the standard input.
look </dev/null
true
