<?php
/**
 * Posts that were held: taken back to pending, remembered, and marked where editors look.
 *
 * @package Wirecheck
 */

namespace Wirecheck;

use WP_Post;

defined( 'ABSPATH' ) || exit;

const HELD = '_wirecheck_held'; // With an underscore: no custom field that authors could see or set.

add_action( 'wp_after_insert_post', __NAMESPACE__ . '\remember_new', 10, 1 );
add_filter( 'display_post_states', __NAMESPACE__ . '\show_state', 10, 2 );
add_action( 'admin_notices', __NAMESPACE__ . '\show_notice' );

/**
 * Takes a post back to pending.
 *
 * @param int   $id      The post.
 * @param array $verdict Why.
 */
function hold( int $id, array $verdict ): void {
	wp_update_post(
		array(
			'ID'          => $id,
			'post_status' => 'pending',
		)
	);
	remember_held( $id, $verdict );
	do_action( 'wirecheck_held', $id, $verdict );
}

/**
 * Remembers why a post is held; for one that has no number yet, until it has.
 *
 * @param int   $id      The post, or 0.
 * @param array $verdict Why; null to be told what waits for a number.
 * @return string|null
 */
function remember_held( int $id, ?array $verdict ) {
	static $waiting = null;

	if ( null === $verdict ) {
		$line    = $waiting;
		$waiting = null;
		return $line;
	}
	$line = implode( ' ', array_merge( array( $verdict['message'] ), reasons_of( $verdict ) ) );
	if ( $id ) {
		update_post_meta( $id, HELD, wp_slash( $line ) );
	} else {
		$waiting = $line;
	}
	return null;
}

/**
 * The gravest few reasons of a verdict, a sentence each.
 *
 * @param array $verdict Any.
 */
function reasons_of( array $verdict ): array {
	$errors = array_column( wp_list_filter( $verdict['findings'], array( 'severity' => 'error' ) ), 'why' );
	return array_slice( array_values( array_unique( array_filter( array_merge( $errors, $verdict['reasons'] ) ) ) ), 0, 5 );
}

/**
 * A new post has its number: what waited for it is kept.
 *
 * @param int $id The post.
 */
function remember_new( int $id ): void {
	if ( ! in_array( get_post_type( $id ), post_types(), true ) ) {
		return;
	}
	$line = remember_held( 0, null );
	if ( null !== $line ) {
		update_post_meta( $id, HELD, wp_slash( $line ) );
	}
}

/**
 * The post went out: nothing is held any more.
 *
 * @param int $id The post.
 */
function forget_held( int $id ): void {
	delete_post_meta( $id, HELD );
}

/**
 * Why a post is held; '' when it is not.
 *
 * @param WP_Post|null $post Any.
 */
function held_line( ?WP_Post $post ): string {
	return $post && 'publish' !== $post->post_status ? (string) get_post_meta( $post->ID, HELD, true ) : '';
}

/**
 * In the list of posts.
 *
 * @param array   $states The states so far.
 * @param WP_Post $post   The post.
 */
function show_state( array $states, WP_Post $post ): array {
	if ( '' !== held_line( $post ) ) {
		$states['wirecheck'] = esc_html__( 'held by Wirecheck', 'wirecheck' );
	}
	return $states;
}

/**
 * Above the classic editor. The block editor shows it by itself.
 */
function show_notice(): void {
	$screen = get_current_screen();
	if ( ! $screen || 'post' !== $screen->base || $screen->is_block_editor() ) {
		return;
	}
	$line = held_line( get_post() );
	if ( '' !== $line ) {
		printf( '<div class="notice notice-error"><p>%s</p></div>', esc_html( 'Wirecheck: ' . $line ) );
	}
}
