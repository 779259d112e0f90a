"""What servers say to ``sh -s facts``: a blank one, and one that is ready."""

BLANK = """\
time=1795320472
uid=0
user=root
groups=root
sudo=root
system.id=debian
system.version=12
system.codename=bookworm
system.name=Debian GNU/Linux 12 (bookworm)
arch=x86_64
kernel=6.1.0-31-cloud-amd64
hostname=blank
init=systemd
apparmor=on
memory.MemTotal=2014660
memory.MemAvailable=1800000
memory.SwapTotal=0
disk=/ 5000000000/6000000000 350000/390000
disk=/var 5000000000/6000000000 350000/390000
listen=0.0.0.0:22 sshd
listen=[::]:22 sshd
address=eth0 10.0.2.15/24
address=eth0 fec0::5054:ff:fe12:3456/64
route=10.0.2.0/24
out4=1.1.1.1 via 10.0.2.2 dev eth0 src 10.0.2.15 uid 0
resolver=10.0.2.3
"""

READY = (
    BLANK
    + """\
apparmor.tools=yes
listen=0.0.0.0:80 docker-proxy
listen=*:443 dockerd
route=172.17.0.0/16
package=docker.io ii 20.10.24+dfsg1-1+deb12u1+b6
package=apparmor ii 3.0.8-3
docker.program=/usr/bin/docker
docker.unit=active
docker.enabled=enabled
docker.version=20.10.24+dfsg1
docker.api=1.41
docker.swarm=active
docker.manager=true
docker.live_restore=false
docker.logging=json-file
docker.root=/var/lib/docker
docker.running=3
docker.proxy=overlay swarm
docker.config={
docker.config=  "registry-mirrors": ["http://10.0.2.2:5000"]
docker.config=}
"""
)
