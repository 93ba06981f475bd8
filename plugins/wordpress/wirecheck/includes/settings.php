<?php
/**
 * What the plugin is told: where the service is, its key, and what holds a post.
 *
 * @package Wirecheck
 */

namespace Wirecheck;

defined( 'ABSPATH' ) || exit;

// One option, and an array: what WordPress lists on its page of all options shows strings, but no arrays.
const OPTION   = 'wirecheck';
const DEFAULTS = array(
	'url'       => '',
	'key'       => '',
	'errors'    => 'block', // or 'warn'.
	'unchecked' => 'block', // or 'allow'.
	'channel'   => '',
	'territory' => '',
	'seconds'   => 15,
);

add_action( 'admin_init', __NAMESPACE__ . '\register' );

/**
 * The settings as they stand. WIRECHECK_URL and WIRECHECK_KEY in wp-config.php go before what the page says.
 */
function settings(): array {
	$kept   = get_option( OPTION, array() );
	$values = array_merge( DEFAULTS, is_array( $kept ) ? array_intersect_key( $kept, DEFAULTS ) : array() );
	if ( defined( 'WIRECHECK_URL' ) ) {
		$values['url'] = untrailingslashit( (string) WIRECHECK_URL );
	}
	if ( defined( 'WIRECHECK_KEY' ) ) {
		$values['key'] = (string) WIRECHECK_KEY;
	}
	return $values;
}

/**
 * Whether there is a service to ask. Until there is, nothing is checked and nothing held.
 */
function configured(): bool {
	return '' !== settings()['url'];
}

/**
 * The types of post that are checked: all that visitors can read, and the patterns that these share.
 */
function post_types(): array {
	$types   = array_diff( get_post_types( array( 'public' => true ) ), array( 'attachment' ) );
	$types[] = 'wp_block';
	return array_values( (array) apply_filters( 'wirecheck_post_types', $types ) );
}

/**
 * Tells WordPress of the option: not shown in REST, cleaned before it is kept.
 */
function register(): void {
	register_setting(
		OPTION,
		OPTION,
		array(
			'type'              => 'array',
			'show_in_rest'      => false,
			'sanitize_callback' => __NAMESPACE__ . '\cleaned',
		)
	);
}

/**
 * What may be kept of what was given; what is wrong leaves the old value standing and says so.
 *
 * @param mixed $given The fields of the form.
 */
function cleaned( $given ): array {
	$kept  = array_merge( DEFAULTS, array_intersect_key( (array) get_option( OPTION, array() ), DEFAULTS ) );
	$given = is_array( $given ) ? $given : array();
	$new   = $kept;
	if ( isset( $given['url'] ) ) {
		$new['url'] = cleaned_url( (string) $given['url'], $kept['url'] );
	}
	$new['key'] = cleaned_key( $given, $kept, $new['url'] );
	foreach ( array( 'errors' => array( 'block', 'warn' ), 'unchecked' => array( 'block', 'allow' ) ) as $name => $words ) {
		if ( isset( $given[ $name ] ) && in_array( $given[ $name ], $words, true ) ) {
			$new[ $name ] = $given[ $name ];
		}
	}
	foreach ( array( 'channel', 'territory' ) as $name ) {
		if ( isset( $given[ $name ] ) ) {
			$new[ $name ] = mb_substr( sanitize_text_field( (string) $given[ $name ] ), 0, 100 );
		}
	}
	if ( isset( $given['seconds'] ) ) {
		$new['seconds'] = max( 2, min( 60, (int) $given['seconds'] ) );
	}
	return $new;
}

/**
 * An address of a service without a slash at its end, '' to switch the plugin off.
 *
 * @param string $given As typed.
 * @param string $kept  What stands when that is no address.
 */
function cleaned_url( string $given, string $kept ): string {
	$given = untrailingslashit( trim( $given ) );
	if ( '' === $given ) {
		return '';
	}
	$parts = wp_parse_url( $given );
	$right = is_array( $parts ) && ! empty( $parts['host'] ) && in_array( $parts['scheme'] ?? '', array( 'http', 'https' ), true )
		&& ! array_intersect( array( 'user', 'pass', 'query', 'fragment' ), array_keys( $parts ) );
	if ( ! $right ) {
		complain( __( 'The address of the service must be like https://wirecheck.example:8631, without a name, a key or a question mark in it. It was left as it was.', 'wirecheck' ) );
		return $kept;
	}
	$near = array( 'localhost', '127.0.0.1', '[::1]' );
	if ( 'http' === $parts['scheme'] && ! in_array( $parts['host'], $near, true ) ) {
		complain( __( 'The service is asked without encryption: drafts and the key can be read on the way. Use https where you can.', 'wirecheck' ), 'warning' );
	}
	return esc_url_raw( $given, array( 'http', 'https' ) );
}

/**
 * The key: a new one, the old one when the field was left empty, none when it is to be forgotten.
 *
 * A key goes to the service that it was given for: another address, and it must be given again.
 *
 * @param array  $given The fields of the form.
 * @param array  $kept  The settings so far.
 * @param string $url   The address that will stand.
 */
function cleaned_key( array $given, array $kept, string $url ): string {
	if ( ! empty( $given['forget'] ) ) {
		return '';
	}
	$key = trim( (string) ( $given['key'] ?? '' ) );
	if ( '' !== $key ) {
		if ( preg_match( '/^[!-~]{1,300}$/D', $key ) ) {
			return $key;
		}
		complain( __( 'The key has characters that no key has. It was not kept.', 'wirecheck' ) );
		return $kept['key'];
	}
	if ( '' !== $kept['key'] && $url !== $kept['url'] ) {
		complain( __( 'The address is another one, so the key of the former was forgotten: give the key of this service.', 'wirecheck' ), 'warning' );
		return '';
	}
	return $kept['key'];
}

/**
 * A line above the settings page, where there is one.
 *
 * @param string $message What is wrong.
 * @param string $type    'error' or 'warning'.
 */
function complain( string $message, string $type = 'error' ): void {
	if ( function_exists( 'add_settings_error' ) ) {
		add_settings_error( OPTION, 'wirecheck-' . md5( $message ), $message, $type );
	}
}
