<?php
/**
 * The panel in the block editor, and the route that it asks.
 *
 * @package Wirecheck
 */

namespace Wirecheck;

use WP_REST_Request;
use WP_REST_Response;

defined( 'ABSPATH' ) || exit;

add_action( 'enqueue_block_editor_assets', __NAMESPACE__ . '\load_panel' );
add_action( 'enqueue_block_assets', __NAMESPACE__ . '\load_marks' );
add_action( 'rest_api_init', __NAMESPACE__ . '\add_route' );

/**
 * Loads the panel where a post is edited. What the browser is told: what holds a post, and why this one was held.
 */
function load_panel(): void {
	$screen = get_current_screen();
	if ( ! configured() || ! $screen || 'post' !== $screen->base || ! in_array( $screen->post_type, post_types(), true ) ) {
		return;
	}
	$needs = array( 'wp-annotations', 'wp-api-fetch', 'wp-block-editor', 'wp-blocks', 'wp-components', 'wp-data', 'wp-edit-post', 'wp-editor', 'wp-element', 'wp-i18n', 'wp-notices', 'wp-plugins', 'wp-rich-text' );
	wp_enqueue_script( 'wirecheck-blocks', plugins_url( 'assets/blocks.js', FILE ), $needs, VERSION, true );
	wp_enqueue_script( 'wirecheck-panel', plugins_url( 'assets/panel.js', FILE ), array( 'wirecheck-blocks' ), VERSION, true );
	$now  = settings();
	$told = array(
		'locks'   => 'block' === $now['errors'] || 'block' === $now['unchecked'],
		'waits'   => 'block' === $now['unchecked'],
		'heldFor' => held_line( get_post() ),
	);
	wp_add_inline_script( 'wirecheck-blocks', 'window.wirecheck = ' . wp_json_encode( $told, JSON_HEX_TAG | JSON_HEX_AMP ) . ';', 'before' );
	wp_set_script_translations( 'wirecheck-panel', 'wirecheck' );
	wp_enqueue_style( 'wirecheck', plugins_url( 'assets/editor.css', FILE ), array(), VERSION );
}

/**
 * The style of the marks, inside the frame that the text is edited in.
 */
function load_marks(): void {
	if ( is_admin() && configured() ) {
		wp_enqueue_style( 'wirecheck', plugins_url( 'assets/editor.css', FILE ), array(), VERSION );
	}
}

/**
 * POST wirecheck/v1/check, for those who may edit the post.
 */
function add_route(): void {
	$text = array(
		'type'    => 'string',
		'default' => '',
	);
	register_rest_route(
		'wirecheck/v1',
		'/check',
		array(
			'methods'             => 'POST',
			'callback'            => __NAMESPACE__ . '\answer_panel',
			'permission_callback' => __NAMESPACE__ . '\may_ask',
			'args'                => array(
				'id'      => array(
					'type'     => 'integer',
					'minimum'  => 1,
					'required' => true,
				),
				'title'   => $text,
				'content' => $text,
				'excerpt' => $text,
				'date'    => $text,
			),
		)
	);
}

/**
 * Whether the one who asks edits this post.
 *
 * @param WP_REST_Request $request What was asked.
 */
function may_ask( WP_REST_Request $request ): bool {
	$post = get_post( (int) $request['id'] );
	return $post && in_array( $post->post_type, post_types(), true ) && current_user_can( 'edit_post', $post->ID );
}

/**
 * The verdict on the text as it stands in the editor, saved or not.
 *
 * @param WP_REST_Request $request What was asked.
 */
function answer_panel( WP_REST_Request $request ): WP_REST_Response {
	if ( ! configured() ) {
		return new WP_REST_Response( summed( 'clear', false, __( 'Nothing is checked: no service is set.', 'wirecheck' ), array(), array() ) );
	}
	$at   = '';
	$date = $request['date'] ? get_gmt_from_date( str_replace( 'T', ' ', $request['date'] ), 'U' ) : '';
	if ( is_numeric( $date ) && (int) $date > time() ) {
		$at = gmdate( 'Y-m-d\TH:i:s\Z', (int) $date );
	}
	return new WP_REST_Response( check( (int) $request['id'], $request['title'], $request['content'], $request['excerpt'], $at ) );
}
