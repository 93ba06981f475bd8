<?php
/**
 * Asking the service. The only place that knows the key.
 *
 * @package Wirecheck
 */

namespace Wirecheck;

use WP_Error;

defined( 'ABSPATH' ) || exit;

const LARGEST_ANSWER = 8 * MB_IN_BYTES;

/**
 * The service's report on a text, or why there is none.
 *
 * Redirects are not followed: the key and the draft go to the address that was set, and nowhere else. What the service
 * says of an error is not repeated; which error it was decides what people here read.
 *
 * @param array $question The body of POST /v1/checks.
 * @return array|WP_Error A report, schema wirecheck.report/1.
 */
function ask( array $question ) {
	$now     = settings();
	$headers = array(
		'Content-Type' => 'application/json',
		'Accept'       => 'application/json',
	);
	if ( '' !== $now['key'] ) {
		$headers['Authorization'] = 'Bearer ' . $now['key'];
	}
	$answer = wp_remote_post(
		$now['url'] . '/v1/checks',
		array(
			'timeout'             => (int) $now['seconds'],
			'redirection'         => 0,
			'limit_response_size' => LARGEST_ANSWER,
			'headers'             => $headers,
			'body'                => (string) wp_json_encode( $question, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ),
		)
	);
	if ( is_wp_error( $answer ) ) {
		return new WP_Error( 'wirecheck_down', __( 'The service does not answer. Is it running, and is the address right?', 'wirecheck' ) );
	}
	$status = (int) wp_remote_retrieve_response_code( $answer );
	if ( 200 !== $status ) {
		return new WP_Error( 'wirecheck_' . $status, refusal( $status ) );
	}
	$report = json_decode( wp_remote_retrieve_body( $answer ), true );
	if ( ! is_report( $report ) ) {
		return new WP_Error( 'wirecheck_nonsense', __( 'Something answers at this address, but it is not Wirecheck.', 'wirecheck' ) );
	}
	return $report;
}

/**
 * Whether this is a report that the plugin can read.
 *
 * @param mixed $report What came.
 */
function is_report( $report ): bool {
	return is_array( $report )
		&& 0 === strpos( is_string( $report['schema'] ?? null ) ? $report['schema'] : '', 'wirecheck.report/1' )
		&& in_array( $report['verdict'] ?? '', array( 'clear', 'flagged', 'incomplete' ), true )
		&& is_array( $report['matches'] ?? null );
}

/**
 * What an answer other than 200 means to those who read it here.
 *
 * @param int $status The HTTP status.
 */
function refusal( int $status ): string {
	switch ( $status ) {
		case 401:
			return __( 'The service does not know the key. Make one with “wirecheck keys” and give it in the settings.', 'wirecheck' );
		case 403:
			return __( 'The key may not check texts: it needs the scope “check”.', 'wirecheck' );
		case 404:
			return __( 'Something answers at this address, but it is not Wirecheck.', 'wirecheck' );
		case 413:
			return __( 'The post is larger than the service accepts.', 'wirecheck' );
		case 429:
		case 503:
			return __( 'The service cannot answer just now. Try again in a moment; if it stays so, its log says why.', 'wirecheck' );
		default:
			/* translators: %d: an HTTP status. */
			return sprintf( __( 'The service could not check this (status %d).', 'wirecheck' ), $status );
	}
}
