"""Stand-ins for the images of our starter recipes, built from Debian's packages.

Real MariaDB, WordPress, Radicale and nginx with what the recipes need of the upstream images
(variables, folders, programs); for Traefik a small program that obeys the same labels and
options.  Their tags are read from the recipes, so that recipes are deployed unmodified.
"""

from pathlib import Path

import yaml

from tests.testbed.cache import CHECKOUT
from tests.testbed.images import PATH, Image, layer, tree_layer
from tests.testbed.trees import base, grow

RECIPES = CHECKOUT / "recipes_cache" / "recipes"
_FILES = Path(__file__).parent / "stand_ins"

_MARIADB = """
groupadd -r -g 999 mysql
useradd -r -u 999 -g mysql -d /var/lib/mysql -s /usr/sbin/nologin mysql
rm -rf /var/lib/mysql
mkdir -p /var/lib/mysql /run/mysqld
chown mysql:mysql /var/lib/mysql /run/mysqld
"""

_WORDPRESS = """
mkdir -p /usr/src/wordpress /usr/local/etc/php/conf.d
cp -rL /usr/share/wordpress/. /usr/src/wordpress/
rm -rf /usr/src/wordpress/wp-config.php /usr/share/wordpress /var/www/html/*
rm -rf /usr/src/wordpress/wp-content/plugins/akismet
mkdir -p /usr/src/wordpress/wp-content/uploads
chown -R www-data:www-data /usr/src/wordpress /var/www/html
a2enmod -q rewrite expires headers
a2dismod -q -f status
sed -i 's#AllowOverride None#AllowOverride All#' /etc/apache2/apache2.conf
echo 'ServerName localhost' > /etc/apache2/conf-enabled/name.conf
ln -sf /proc/self/fd/1 /var/log/apache2/access.log
ln -sf /proc/self/fd/1 /var/log/apache2/other_vhosts_access.log
ln -sf /proc/self/fd/2 /var/log/apache2/error.log
"""

_RADICALE = """
mkdir -p /venv/bin /data
ln -s /usr/bin/python3 /venv/bin/python
ln -s /usr/bin/radicale /venv/bin/radicale
useradd -r -u 2999 -d /data -s /usr/sbin/nologin starter
chown starter: /data
"""

_NGINX = """
rm -rf /etc/nginx/sites-enabled /usr/share/nginx/html
sed -i 's#include /etc/nginx/sites-enabled.*##' /etc/nginx/nginx.conf
mkdir -p /usr/share/nginx/html
echo 'Welcome to nginx!' > /usr/share/nginx/html/index.html
ln -sf /proc/self/fd/1 /var/log/nginx/access.log
ln -sf /proc/self/fd/2 /var/log/nginx/error.log
"""


def stand_ins() -> list[Image]:
    """Return the images that the starter recipes name and that we can stand in for."""
    small = tree_layer("base", base())
    found = []
    if names := _names("mariadb"):
        tree = grow("mariadb", base(), "mariadb-server-core mariadb-client", _MARIADB)
        files = {
            "usr/local/bin/docker-entrypoint.sh": _file("mariadb-start.sh"),
            "usr/local/bin/healthcheck.sh": _file("mariadb-healthcheck.sh"),
        }
        run = {
            "Entrypoint": ["docker-entrypoint.sh"],
            "Cmd": ["mariadbd"],
            "Env": [PATH],
            "ExposedPorts": {"3306/tcp": {}},
            "Volumes": {"/var/lib/mysql": {}},
        }
        found.append(Image(names, (small, tree_layer("mariadb", tree), layer("db", files)), run))
    if names := _names("wordpress"):
        packages = (
            "apache2 libapache2-mod-php php-mysql php-gd php-xml php-mbstring php-curl php-zip "
            "wordpress wordpress-theme-twentytwentythree curl"
        )
        tree = grow("wordpress", base(), packages, _WORDPRESS)
        files = {
            "usr/local/bin/docker-entrypoint.sh": _file("wordpress-start.sh"),
            "usr/src/wp-config.php": _file("wp-config.php"),
        }
        run = {
            "Entrypoint": ["docker-entrypoint.sh"],
            "Cmd": ["apache2"],
            "Env": [PATH],
            "ExposedPorts": {"80/tcp": {}},
            "Volumes": {"/var/www/html": {}},
            "WorkingDir": "/var/www/html",
            "StopSignal": "SIGWINCH",
        }
        found.append(Image(names, (small, tree_layer("wordpress", tree), layer("wp", files)), run))
    if names := _names("traefik"):
        tree = grow("traefik", base(), "caddy python3")
        files = {"usr/local/bin/traefik": _file("gateway.py")}
        run = {
            "Entrypoint": ["traefik"],
            "Env": [PATH],
            "ExposedPorts": {"80/tcp": {}, "443/tcp": {}},
        }
        found.append(Image(names, (small, tree_layer("traefik", tree), layer("gate", files)), run))
    if names := _names("tomsquest/docker-radicale"):
        packages = "radicale python3-bcrypt python3-passlib curl util-linux"
        tree = grow("radicale", base(), packages, _RADICALE)
        files = {"usr/local/bin/docker-entrypoint.sh": _file("radicale-start.sh")}
        run = {
            "Entrypoint": ["docker-entrypoint.sh"],
            "Env": [PATH],
            "ExposedPorts": {"5232/tcp": {}},
            "Volumes": {"/data": {}},
        }
        found.append(Image(names, (small, tree_layer("radicale", tree), layer("cal", files)), run))
    if names := _names("nginx"):
        tree = grow("nginx", base(), "nginx-light wget", _NGINX)
        run = {
            "Cmd": ["nginx", "-g", "daemon off;"],
            "Env": [PATH],
            "ExposedPorts": {"80/tcp": {}},
            "StopSignal": "SIGQUIT",
        }
        found.append(Image(names, (small, tree_layer("nginx", tree)), run))
    return found


def _names(image: str) -> tuple[str, ...]:
    """Return the full name of *image* with every tag that a starter recipe names."""
    found = set()
    for compose in RECIPES.glob("*/compose*.yml"):
        services = yaml.safe_load(compose.read_text()).get("services") or {}
        for service in services.values():
            name, _, tag = str(service.get("image", "")).partition(":")
            if name == image:
                found.add(f"{name if '/' in name else f'library/{name}'}:{tag}")
    return tuple(sorted(found))


def _file(name: str) -> str:
    return (_FILES / name).read_text()
