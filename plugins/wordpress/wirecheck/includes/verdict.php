<?php
/**
 * From a report to what it means for publishing.
 *
 * @package Wirecheck
 */

namespace Wirecheck;

use WP_Error;

defined( 'ABSPATH' ) || exit;

const MOST_FINDINGS = 200;
const SEVERITIES    = array( 'error', 'warning', 'note' );

/**
 * The verdict on an answer: `state` (clear, warned, flagged, incomplete, unavailable), whether the post is `held`, a
 * `message`, the `reasons` why something went unchecked, and the `findings`, gravest first.
 *
 * @param array|WP_Error $answer As `ask` gives it.
 * @param int            $lead   How many UTF-16 units of the text stand before the post's content.
 */
function verdict_on( $answer, int $lead = 0 ): array {
	$now = settings();
	if ( is_wp_error( $answer ) ) {
		$held = 'block' === $now['unchecked'];
		return summed( 'unavailable', $held, $answer->get_error_message() . ' ' . unchecked_line( $held ), array(), array() );
	}
	$findings = findings_of( $answer, $lead );
	$reasons  = array_map( __NAMESPACE__ . '\plain', array_filter( (array) ( $answer['unjudged'] ?? array() ), 'is_string' ) );
	$errors   = count( wp_list_filter( $findings, array( 'severity' => 'error' ) ) );
	$warnings = count( wp_list_filter( $findings, array( 'severity' => 'warning' ) ) );
	if ( $errors ) {
		$held = 'block' === $now['errors'];
		return summed( 'flagged', $held, errors_line( $errors, $held ), $findings, $reasons );
	}
	if ( $reasons || 'incomplete' === $answer['verdict'] ) {
		$held = 'block' === $now['unchecked'];
		return summed( 'incomplete', $held, __( 'Not all of this post could be checked.', 'wirecheck' ) . ' ' . unchecked_line( $held ), $findings, $reasons );
	}
	if ( $warnings ) {
		return summed( 'warned', false, warnings_line( $warnings ), $findings, $reasons );
	}
	if ( 'flagged' === $answer['verdict'] ) { // By something that this plugin does not know of: not to be let pass.
		$held = 'block' === $now['errors'];
		return summed( 'flagged', $held, errors_line( 1, $held ), $findings, $reasons );
	}
	return summed( 'clear', false, __( 'No wire copy was found that would have to be settled.', 'wirecheck' ), $findings, $reasons );
}

/**
 * A verdict as an array.
 *
 * @param string $state    In a word.
 * @param bool   $held     Whether the post may not be published.
 * @param string $message  In a sentence.
 * @param array  $findings What was found.
 * @param array  $reasons  Why something went unchecked.
 */
function summed( string $state, bool $held, string $message, array $findings, array $reasons ): array {
	return compact( 'state', 'held', 'message', 'findings', 'reasons' );
}

/**
 * What follows when a post went unchecked.
 *
 * @param bool $held Whether it is held.
 */
function unchecked_line( bool $held ): string {
	return $held
		? __( 'By the settings of this site the post cannot be published unchecked.', 'wirecheck' )
		: __( 'By the settings of this site the post can be published unchecked.', 'wirecheck' );
}

/**
 * What follows from errors.
 *
 * @param int  $errors How many.
 * @param bool $held   Whether they hold the post.
 */
function errors_line( int $errors, bool $held ): string {
	/* translators: %d: how many findings. */
	$line = sprintf( _n( '%d finding is an error.', '%d findings are errors.', $errors, 'wirecheck' ), $errors );
	return $line . ' ' . ( $held
		? __( 'The post cannot be published before that is settled.', 'wirecheck' )
		: __( 'The post can be published all the same, by the settings of this site.', 'wirecheck' ) );
}

/**
 * What follows from warnings.
 *
 * @param int $warnings How many.
 */
function warnings_line( int $warnings ): string {
	/* translators: %d: how many findings. */
	$line = sprintf( _n( '%d finding is a warning.', '%d findings are warnings.', $warnings, 'wirecheck' ), $warnings );
	return $line . ' ' . __( 'The post can be published; look at it first.', 'wirecheck' );
}

/**
 * Matches and notices of a report alike, gravest first and then as they stand in the text. Positions count from the
 * start of the post's content; what is in front of it, in the title, has negative ones.
 *
 * @param array $report The service's.
 * @param int   $lead   How many UTF-16 units stand before the content.
 */
function findings_of( array $report, int $lead ): array {
	$findings = array();
	foreach ( array_filter( array_merge( $report['matches'], (array) ( $report['notices'] ?? array() ) ), 'is_array' ) as $one ) {
		$place      = is_array( $one['submitted'] ?? null ) ? $one['submitted'] : $one; // A notice is a passage itself.
		$source     = is_array( $one['source'] ?? null ) ? $one['source'] : array();
		$severity   = $one['severity'] ?? '';
		$findings[] = array(
			'severity' => in_array( $severity, SEVERITIES, true ) ? $severity : 'error',
			'status'   => plain( $one['status'] ?? '', 40 ),
			'why'      => plain( $one['why'] ?? '', 500 ),
			'title'    => plain( $source['title'] ?? '', 200 ),
			'holder'   => plain( $source['holder'] ?? '', 100 ),
			'text'     => plain( $place['text'] ?? '', 300 ),
			'start'    => (int) ( $place['start'] ?? 0 ) - $lead,
			'end'      => (int) ( $place['end'] ?? 0 ) - $lead,
		);
	}
	usort(
		$findings,
		static function ( array $one, array $other ): int {
			return array( array_search( $one['severity'], SEVERITIES, true ), $one['start'] )
				<=> array( array_search( $other['severity'], SEVERITIES, true ), $other['start'] );
		}
	);
	return array_slice( $findings, 0, MOST_FINDINGS );
}

/**
 * Words of the service as a plain line: no control characters, not too long. Escaped where they are shown, not here.
 *
 * @param mixed $words What came.
 * @param int   $most  How many characters may stay.
 */
function plain( $words, int $most = 300 ): string {
	$line = is_string( $words ) ? trim( (string) preg_replace( '/[\x00-\x1f\x7f\s]+/u', ' ', $words ) ) : '';
	return mb_strlen( $line ) > $most ? mb_substr( $line, 0, $most ) . '…' : $line;
}
