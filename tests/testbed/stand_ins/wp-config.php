<?php
// Stand-in for wp-config-docker.php of the wordpress image: everything from WORDPRESS_*.
function from_environment($name, $otherwise) {
    $file = getenv($name . '_FILE');
    if ($file) {
        return rtrim(file_get_contents($file), "\r\n");
    }
    $value = getenv($name);
    return $value === false ? $otherwise : $value;
}
define('DB_NAME', from_environment('WORDPRESS_DB_NAME', 'wordpress'));
define('DB_USER', from_environment('WORDPRESS_DB_USER', 'example username'));
define('DB_PASSWORD', from_environment('WORDPRESS_DB_PASSWORD', 'example password'));
define('DB_HOST', from_environment('WORDPRESS_DB_HOST', 'mysql'));
define('DB_CHARSET', from_environment('WORDPRESS_DB_CHARSET', 'utf8mb4'));
define('DB_COLLATE', from_environment('WORDPRESS_DB_COLLATE', ''));
define('AUTH_KEY', 'put-a-random-phrase-here');
define('SECURE_AUTH_KEY', 'put-a-random-phrase-here');
define('LOGGED_IN_KEY', 'put-a-random-phrase-here');
define('NONCE_KEY', 'put-a-random-phrase-here');
define('AUTH_SALT', 'put-a-random-phrase-here');
define('SECURE_AUTH_SALT', 'put-a-random-phrase-here');
define('LOGGED_IN_SALT', 'put-a-random-phrase-here');
define('NONCE_SALT', 'put-a-random-phrase-here');
$table_prefix = from_environment('WORDPRESS_TABLE_PREFIX', 'wp_');
define('WP_DEBUG', (bool) from_environment('WORDPRESS_DEBUG', ''));
if (strpos($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '', 'https') !== false) {
    $_SERVER['HTTPS'] = 'on';
}
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
