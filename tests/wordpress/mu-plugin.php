<?php
// In the sites of the tests only: no tour of the editor, no mail, no request to anywhere but this machine,
// and the classic editor where it is asked for.
add_filter( 'pre_wp_mail', function ( $sent, $mail ) {
	update_option( 'mails_of_the_test', array_merge( (array) get_option( 'mails_of_the_test', array() ), array( $mail ) ), false );
	return true;
}, 10, 2 );
add_filter( 'pre_http_request', function ( $answer, $args, $url ) {
	$here = in_array( wp_parse_url( $url, PHP_URL_HOST ), array( '127.0.0.1', 'localhost' ), true );
	return $here ? $answer : new WP_Error( 'elsewhere', 'No request leaves the machine: ' . $url );
}, 10, 3 );
add_filter( 'use_block_editor_for_post', function ( $use ) {
	return $use && ! isset( $_GET['classic'] );
} );
