<?php
/**
 * The gate on the server: whatever the browser did, a held post is not published.
 *
 * Three nets, one behind the other. REST answers with an error, so that the editor shows it and the draft stays as it
 * is. Whatever else saves a post (quick edit, the classic editor, XML-RPC, other plugins) finds it pending instead of
 * published. And a post that was published past both, straight in the database, is taken back.
 *
 * @package Wirecheck
 */

namespace Wirecheck;

use WP_Error;
use WP_Post;
use WP_REST_Request;

defined( 'ABSPATH' ) || exit;

add_action( 'rest_api_init', __NAMESPACE__ . '\guard_rest' );
add_filter( 'wp_insert_post_data', __NAMESPACE__ . '\before_insert', 99, 2 );
add_action( 'transition_post_status', __NAMESPACE__ . '\after_transition', 1, 3 );

/**
 * Whether visitors see posts of this status, now or by themselves later.
 *
 * @param string $status A post's.
 */
function goes_out( string $status ): bool {
	return in_array( $status, array( 'publish', 'future' ), true );
}

/**
 * Puts the first net up for every type of post that is checked.
 */
function guard_rest(): void {
	foreach ( post_types() as $type ) {
		add_filter( 'rest_pre_insert_' . $type, __NAMESPACE__ . '\before_rest_insert', 99, 2 );
	}
}

/**
 * Refuses to publish a held post over REST.
 *
 * @param object|WP_Error $prepared The post as it would be saved; only what changes is there.
 * @param WP_REST_Request $request  What was asked.
 * @return object|WP_Error
 */
function before_rest_insert( $prepared, $request ) {
	if ( is_wp_error( $prepared ) || ! configured() || preg_match( '#/autosaves$#', (string) $request->get_route() ) ) {
		return $prepared;
	}
	$old    = empty( $prepared->ID ) ? null : get_post( $prepared->ID );
	$status = $prepared->post_status ?? ( $old ? $old->post_status : 'draft' );
	if ( ! goes_out( $status ) || unchanged( $old, $status, (array) $prepared ) ) {
		return $prepared;
	}
	$verdict = check_fields( $old ? $old->ID : 0, (array) $prepared + ( $old ? $old->to_array() : array() ), $status );
	if ( ! $verdict['held'] ) {
		return $prepared;
	}
	$kind = in_array( $verdict['state'], array( 'unavailable', 'incomplete' ), true ) ? 'wirecheck_unchecked' : 'wirecheck_held';
	return new WP_Error(
		$kind,
		tagless( implode( ' ', array_merge( array( 'Wirecheck:', $verdict['message'] ), array_slice( reasons_of( $verdict ), 0, 1 ) ) ) ),
		array(
			'status'   => 'unavailable' === $verdict['state'] ? 503 : 403,
			'findings' => $verdict['findings'],
			'reasons'  => $verdict['reasons'],
		)
	);
}

/**
 * Whether a post that is out already says the very same as before.
 *
 * @param WP_Post|null $old    The post as it is.
 * @param string       $status The status it will have.
 * @param array        $new    The fields it will have, those that change at least.
 */
function unchanged( ?WP_Post $old, string $status, array $new ): bool {
	if ( ! $old || $old->post_status !== $status ) {
		return false;
	}
	foreach ( array( 'post_title', 'post_content', 'post_excerpt' ) as $field ) {
		if ( isset( $new[ $field ] ) && $new[ $field ] !== $old->$field ) {
			return false;
		}
	}
	return true;
}

/**
 * The verdict on a post's fields. A post that is to appear later is judged as of then: an embargo may be over.
 *
 * @param int    $id     The post, or 0.
 * @param array  $fields As WordPress names them, unslashed.
 * @param string $status The status it will have.
 */
function check_fields( int $id, array $fields, string $status ): array {
	$gmt  = (string) ( $fields['post_date_gmt'] ?? '' );
	$time = 'future' === $status && $gmt ? strtotime( $gmt . ' UTC' ) : false;
	return check(
		$id,
		(string) ( $fields['post_title'] ?? '' ),
		(string) ( $fields['post_content'] ?? '' ),
		(string) ( $fields['post_excerpt'] ?? '' ),
		$time && $time > time() ? gmdate( 'Y-m-d\TH:i:s\Z', $time ) : ''
	);
}

/**
 * The second net: a held post is saved, but pending.
 *
 * @param array $data    The fields to be saved, slashed.
 * @param array $postarr What the caller gave.
 */
function before_insert( array $data, array $postarr ): array {
	$status = (string) $data['post_status'];
	if ( ! configured() || ! goes_out( $status ) || ! in_array( $data['post_type'], post_types(), true ) ) {
		return $data;
	}
	$id     = (int) ( $postarr['ID'] ?? 0 );
	$fields = wp_unslash( $data );
	if ( unchanged( $id ? get_post( $id ) : null, $status, $fields ) ) {
		return $data;
	}
	$verdict = check_fields( $id, $fields, $status );
	if ( $verdict['held'] ) {
		$data['post_status'] = 'pending';
		remember_held( $id, $verdict );
	} elseif ( $id ) {
		forget_held( $id );
	}
	return $data;
}

/**
 * The third net: a post published past the others goes back to pending.
 *
 * @param string  $new  The status now.
 * @param string  $old  The status before.
 * @param WP_Post $post The post.
 */
function after_transition( string $new, string $old, WP_Post $post ): void {
	if ( 'publish' !== $new || 'publish' === $old || ! configured() || ! in_array( $post->post_type, post_types(), true ) ) {
		return;
	}
	$verdict = check_fields( $post->ID, $post->to_array(), $new );
	if ( $verdict['held'] ) {
		hold( $post->ID, $verdict );
	} else {
		forget_held( $post->ID );
	}
}

/**
 * A line without the signs that tags are made of: the editor leaves messages out that look like HTML.
 *
 * @param string $line Any.
 */
function tagless( string $line ): string {
	return strtr( $line, array( '<' => '‹', '>' => '›' ) );
}
