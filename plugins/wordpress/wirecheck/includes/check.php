<?php
/**
 * Checking a post: what of it is sent, and what came back.
 *
 * @package Wirecheck
 */

namespace Wirecheck;

defined( 'ABSPATH' ) || exit;

const DEEPEST_PATTERN = 5;

/**
 * The verdict on a post as it would stand. Asked once a request for the same text.
 *
 * @param int    $id      The post, 0 for one that is not saved yet.
 * @param string $title   Its title.
 * @param string $content Its blocks, as they are saved.
 * @param string $excerpt Its excerpt.
 * @param string $at      When it is to appear (ISO 8601, with a zone); '' for now.
 */
function check( int $id, string $title, string $content, string $excerpt, string $at = '' ): array {
	static $known = array();

	list( $html, $lead ) = composed( $title, $content, $excerpt );
	if ( '' === trim( wp_strip_all_tags( $html ) ) ) {
		return summed( 'clear', false, __( 'There is nothing to check yet.', 'wirecheck' ), array(), array() );
	}
	$question = array(
		'html'        => $html,
		'offset_unit' => 'utf16',
	) + array_filter(
		array(
			'id'        => $id ? 'post-' . $id : '',
			'channel'   => settings()['channel'],
			'territory' => settings()['territory'],
			'at'        => $at,
		)
	);
	$key = md5( (string) wp_json_encode( $question ) );
	if ( ! isset( $known[ $key ] ) ) {
		$known[ $key ] = verdict_on( ask( $question ), $lead );
	}
	return $known[ $key ];
}

/**
 * All that readers of the post will see, as one page, and how many UTF-16 units of it stand before the content.
 *
 * A synced pattern is text of another post that the content only points to: it is added below, so that nothing
 * published through one goes unchecked.
 *
 * @param string $title   The title.
 * @param string $content The blocks.
 * @param string $excerpt The excerpt.
 */
function composed( string $title, string $content, string $excerpt ): array {
	$head = '' === trim( $title ) ? '' : '<h1>' . esc_html( $title ) . "</h1>\n\n";
	$tail = implode( "\n\n", patterns_in( $content ) );
	if ( '' !== trim( $excerpt ) ) {
		$tail .= "\n\n<p>" . $excerpt . '</p>';
	}
	return array( $head . $content . ( '' === $tail ? '' : "\n\n" . $tail ), utf16_length( $head ) );
}

/**
 * The contents of the synced patterns that some blocks use, and of those that these use, each once.
 *
 * @param string $content The blocks.
 * @param int    $depth   How many patterns deep this is.
 * @param array  $seen    Those met already.
 */
function patterns_in( string $content, int $depth = 0, array &$seen = array() ): array {
	if ( $depth >= DEEPEST_PATTERN || false === strpos( $content, '<!-- wp:block ' ) ) {
		return array();
	}
	$found = array();
	$queue = parse_blocks( $content );
	while ( $queue ) {
		$block = array_shift( $queue );
		$ref   = 'core/block' === $block['blockName'] ? (int) ( $block['attrs']['ref'] ?? 0 ) : 0;
		if ( $ref && ! isset( $seen[ $ref ] ) ) {
			$seen[ $ref ] = true;
			$pattern      = get_post( $ref );
			if ( $pattern && 'wp_block' === $pattern->post_type ) {
				$found[] = $pattern->post_content;
				$found   = array_merge( $found, patterns_in( $pattern->post_content, $depth + 1, $seen ) );
			}
		}
		$queue = array_merge( $block['innerBlocks'], $queue );
	}
	return $found;
}

/**
 * How long JavaScript finds a text: characters, and those beyond the first plane twice.
 *
 * @param string $text UTF-8.
 */
function utf16_length( string $text ): int {
	return strlen( (string) preg_replace( '/[\x80-\xBF]/', '', $text ) ) + (int) preg_match_all( '/[\xF0-\xF4]/', $text );
}
