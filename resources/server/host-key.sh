# Gives the server a host key of its own in place of one that others know.
# Run as root through `sh -s host-key make|switch OLD`, OLD being the middle part of the public
# key to be replaced; may be stopped at any point and run again.
#   make    makes the new key beside the old one and prints its public half
#   switch  puts it in place, moves the old one away and lets sshd read it
# At every moment there is a whole key in place; what is public is derived from it.
# Exit code 3: sshd does not take the new key; the old one is back.

LC_ALL=C
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export LC_ALL PATH
umask 077

what=$2
old=$3
folder=/etc/ssh
now="$folder/ssh_host_ed25519_key"
beside="$folder/coophost-new"
new="$beside/key"
away="$folder/coophost-introduced"

public() { ssh-keygen -y -f "$1" 2>/dev/null | cut -d' ' -f1,2; }
is_old() { [ "$(public "$now")" = "ssh-ed25519 $old" ]; }

make() {
    is_old || { public "$now"; return; }
    mkdir -p "$beside" || return 1
    if [ -z "$(public "$new")" ]; then
        rm -f "$new"
        ssh-keygen -q -t ed25519 -N '' -C "$(uname -n)" -f "$beside/made.$$" || return 1
        sync "$beside/made.$$"
        ln "$beside/made.$$" "$new" 2>/dev/null # somebody else's was there first: also good
        rm -f "$beside/made.$$" "$beside/made.$$.pub"
    fi
    public "$new"
}

write_public() {
    public "$now" >"$now.pub.part" && chmod 644 "$now.pub.part" && mv "$now.pub.part" "$now.pub"
}

switch() {
    if is_old; then
        [ -n "$(public "$new")" ] || return 1
        mkdir -p "$away" || return 1
        cp -p "$now" "$away/ssh_host_ed25519_key" && sync "$new" && mv "$new" "$now" || return 1
        if ! sshd -t >&2; then
            mv "$away/ssh_host_ed25519_key" "$now"
            write_public
            return 3
        fi
        sync "$folder"
    fi
    write_public || return 1
    rm -rf "$beside"
    systemctl reload ssh.service 2>/dev/null || systemctl reload sshd.service 2>/dev/null ||
        kill -HUP "$(cat /run/sshd.pid)"
}

"$what" </dev/null
