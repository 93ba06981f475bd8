<?php
// Run by site.py in a fresh copy of WordPress: makes its tables, its people, and switches the plugin on.
define( 'WP_INSTALLING', true );
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';

wp_install( 'The Daily Wick', 'desk', 'desk@dailywick.example', false, '', 'desk-password' );
foreach ( array( 'author', 'subscriber' ) as $role ) {
	wp_insert_user(
		array(
			'user_login' => $role,
			'user_pass'  => $role . '-password',
			'user_email' => $role . '@dailywick.example',
			'role'       => $role,
		)
	);
}
update_option( 'permalink_structure', '' );
$trouble = activate_plugin( 'wirecheck/wirecheck.php' );
if ( is_wp_error( $trouble ) ) {
	fwrite( STDERR, $trouble->get_error_message() );
	exit( 1 );
}
echo 'WordPress ' . $GLOBALS['wp_version'];
