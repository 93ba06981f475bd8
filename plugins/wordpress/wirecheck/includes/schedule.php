<?php
/**
 * Scheduled posts are checked again when their time comes: what was clear may have been killed since.
 *
 * WordPress publishes them straight in the database, where no filter can refuse. So its own step is taken off the
 * hook, and done from here once the post may go out.
 *
 * @package Wirecheck
 */

namespace Wirecheck;

defined( 'ABSPATH' ) || exit;

const PATIENCE = 5 * MINUTE_IN_SECONDS;

remove_action( 'publish_future_post', 'check_and_publish_future_post', 10 );
add_action( 'publish_future_post', __NAMESPACE__ . '\when_due', 10, 1 );

/**
 * Publishes a scheduled post, or holds it. When the service does not answer, and that holds posts, the post stays
 * scheduled and is tried again a few minutes later.
 *
 * @param int|\WP_Post $post As WordPress' scheduler gives it.
 */
function when_due( $post ): void {
	$post = get_post( $post );
	if ( ! $post || 'future' !== $post->post_status ) {
		return;
	}
	$early = strtotime( $post->post_date_gmt . ' UTC' ) > time();
	if ( ! $early && configured() && in_array( $post->post_type, post_types(), true ) ) {
		$verdict = check_fields( $post->ID, $post->to_array(), 'publish' );
		if ( $verdict['held'] && 'unavailable' === $verdict['state'] ) {
			remember_held( $post->ID, $verdict );
			wp_clear_scheduled_hook( 'publish_future_post', array( $post->ID ) );
			wp_schedule_single_event( time() + PATIENCE, 'publish_future_post', array( $post->ID ) );
			return;
		}
		if ( $verdict['held'] ) {
			hold( $post->ID, $verdict );
			tell_author( $post, $verdict );
			return;
		}
	}
	check_and_publish_future_post( $post->ID ); // Puts it off by itself when it was too early.
}

/**
 * A scheduled post is held when nobody looks: its author gets a mail. It holds no word of the post but the title.
 *
 * @param \WP_Post $post    The post.
 * @param array    $verdict Why.
 */
function tell_author( \WP_Post $post, array $verdict ): void {
	$author = get_userdata( (int) $post->post_author );
	if ( ! $author || ! $author->user_email ) {
		return;
	}
	/* translators: %s: the title of a post. */
	$subject = sprintf( __( 'Not published: %s', 'wirecheck' ), wp_specialchars_decode( plain( $post->post_title, 100 ), ENT_QUOTES ) );
	$lines   = array_merge( array( $verdict['message'] ), reasons_of( $verdict ), array( (string) get_edit_post_link( $post->ID, 'raw' ) ) );
	wp_mail( $author->user_email, $subject, implode( "\n\n", array_filter( $lines ) ) );
}
