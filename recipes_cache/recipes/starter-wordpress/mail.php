<?php
/*
 * Plugin Name: Mail through your mailbox
 * Description: Sends the site's mail as SMTP_FROM through SMTP_HOST.
 */

add_filter('wp_mail_from', fn ($old) => getenv('SMTP_FROM') ?: $old);

add_action('phpmailer_init', function ($mail) {
    $mail->isSMTP();
    $mail->Host = getenv('SMTP_HOST');
    $mail->Port = (int) getenv('SMTP_PORT');
    $mail->SMTPSecure = getenv('SMTP_SECURE');
    $mail->SMTPAuth = true;
    $mail->Username = getenv('SMTP_USER');
    $mail->Password = rtrim(file_get_contents(getenv('SMTP_PASSWORD_FILE')), "\n");
});
