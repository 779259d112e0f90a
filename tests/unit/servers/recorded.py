"""What blank servers of other systems than Debian 12 say to ``sh -s facts``.

Debian 13 is a recording of the testbed's own (``tests/testbed/debian.py``).  No Ubuntu was
within reach: its two are put together from the documentation of Canonical's server images
(user ``ubuntu`` with free sudo, automatic updates and needrestart there from the start, a
resolver of systemd's, ssh started by its socket in 24.04), and are to be recorded by whoever
has one.
"""

DEBIAN_13 = """\
time=1795757610
uid=0
user=root
groups=root
sudo=root
system.id=debian
system.version=13
system.codename=trixie
system.name=Debian GNU/Linux 13 (trixie)
arch=x86_64
kernel=6.18.44-fc-v782
hostname=systemd-32
init=systemd
ntp=no
memory.MemTotal=24683656
memory.MemAvailable=23359792
memory.SwapTotal=0
disk=/ 75811061760/270553174016 16194584/16777216
disk=/var 75811028992/270553174016 16194564/16777216
disk=/var/lib/docker 75810971648/270553174016 16194560/16777216
listen=0.0.0.0:22 sshd
listen=[::]:22 sshd
address=eth0 10.99.32.2/16
route=10.99.0.0/16
out4=1.1.1.1 via 10.99.0.1 dev eth0 src 10.99.32.2 uid 0
resolver=10.99.0.1
"""

_UBUNTU = """\
time=1795757610
uid=1000
user=ubuntu
groups=ubuntu adm cdrom sudo dip lxd
sudo=free
system.id=ubuntu
arch=x86_64
hostname=kitchen
init=systemd
ntp=yes
apparmor=on
apparmor.tools=yes
memory.MemTotal=4010168
memory.MemAvailable=3500000
memory.SwapTotal=0
disk=/ 35000000000/40000000000 4900000/5000000
disk=/var 35000000000/40000000000 4900000/5000000
listen=127.0.0.53%lo:53 systemd-resolve
address=eth0 203.0.113.5/24
route=203.0.113.0/24
out4=1.1.1.1 via 203.0.113.1 dev eth0 src 203.0.113.5 uid 1000
resolver=127.0.0.53
updates=APT::Periodic::Update-Package-Lists=1
updates=APT::Periodic::Unattended-Upgrade=1
updates.timer=apt-daily.timer
updates.timer=apt-daily-upgrade.timer
"""

UBUNTU_22_04 = (
    _UBUNTU
    + """\
system.version=22.04
system.codename=jammy
system.name=Ubuntu 22.04.5 LTS
kernel=5.15.0-160-generic
listen=0.0.0.0:22 sshd
listen=[::]:22 sshd
package=apparmor ii 3.0.4-2ubuntu2.4
package=needrestart ii 3.5-5ubuntu2.5
package=unattended-upgrades ii 2.8ubuntu1
"""
)

UBUNTU_24_04 = (
    _UBUNTU
    + """\
system.version=24.04
system.codename=noble
system.name=Ubuntu 24.04.3 LTS
kernel=6.8.0-86-generic
listen=0.0.0.0:22 systemd
listen=[::]:22 systemd
package=apparmor ii 4.0.1really4.0.1-0ubuntu0.24.04.4
package=needrestart ii 3.6-7ubuntu4.5
package=unattended-upgrades ii 2.9.1+nmu4ubuntu1
"""
)
