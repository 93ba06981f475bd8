<?php
/**
 * Settings > Wirecheck, and its connection test.
 *
 * @package Wirecheck
 */

namespace Wirecheck;

defined( 'ABSPATH' ) || exit;

const PAGE  = 'wirecheck';
const TRIAL = 'wirecheck_trial';

add_action( 'admin_menu', __NAMESPACE__ . '\add_page' );
add_action( 'admin_post_' . TRIAL, __NAMESPACE__ . '\run_trial' );
add_filter( 'plugin_action_links_' . plugin_basename( FILE ), __NAMESPACE__ . '\link_to_page' );

/**
 * Adds the page to the menu of settings.
 */
function add_page(): void {
	add_options_page( 'Wirecheck', 'Wirecheck', 'manage_options', PAGE, __NAMESPACE__ . '\show_page' );
}

/**
 * A link to the page in the list of plugins.
 *
 * @param array $links The links so far.
 */
function link_to_page( array $links ): array {
	$address = admin_url( 'options-general.php?page=' . PAGE );
	return array_merge( array( sprintf( '<a href="%s">%s</a>', esc_url( $address ), esc_html__( 'Settings', 'wirecheck' ) ) ), $links );
}

/**
 * The connection test: asks the service as the settings stand, and comes back to the page with the answer.
 */
function run_trial(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		wp_die( esc_html__( 'Only those who manage this site may test the connection.', 'wirecheck' ), '', array( 'response' => 403 ) );
	}
	check_admin_referer( TRIAL );
	set_transient( TRIAL . '_' . get_current_user_id(), trial_result(), 60 );
	wp_safe_redirect( admin_url( 'options-general.php?page=' . PAGE ) );
	exit;
}

/**
 * What the service says to a sentence of ours, as a type of notice and a line.
 */
function trial_result(): array {
	if ( ! configured() ) {
		return array( 'error', __( 'There is no address yet: give one and save it, then test.', 'wirecheck' ) );
	}
	$report = ask( array( 'text' => 'This sentence tests the connection.' ) );
	if ( is_wp_error( $report ) ) {
		return array( 'error', $report->get_error_message() );
	}
	$works = (int) ( $report['index']['works'] ?? 0 );
	$key   = '' === settings()['key'] ? __( 'The service answers, and asks for no key.', 'wirecheck' ) : __( 'The service answers, and accepts the key.', 'wirecheck' );
	/* translators: %s: a number of stories. */
	$holds = sprintf( _n( 'It holds %s story.', 'It holds %s stories.', $works, 'wirecheck' ), number_format_i18n( $works ) );
	return array( $works ? 'success' : 'warning', $key . ' ' . $holds );
}

/**
 * The page itself.
 */
function show_page(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$trial = get_transient( TRIAL . '_' . get_current_user_id() );
	delete_transient( TRIAL . '_' . get_current_user_id() );
	echo '<div class="wrap"><h1>Wirecheck</h1>';
	if ( is_array( $trial ) && 2 === count( $trial ) ) {
		printf( '<div class="notice notice-%s" id="wirecheck-trial"><p>%s</p></div>', esc_attr( $trial[0] ), esc_html( $trial[1] ) );
	}
	echo '<form action="options.php" method="post" autocomplete="off">';
	settings_fields( OPTION );
	echo '<table class="form-table" role="presentation">';
	show_connection( settings() );
	show_rules( settings() );
	echo '</table>';
	submit_button();
	echo '</form><hr>';
	printf( '<h2>%s</h2><p>%s</p>', esc_html__( 'Connection test', 'wirecheck' ), esc_html__( 'Asks the service with the settings as they were saved last.', 'wirecheck' ) );
	printf( '<form action="%s" method="post"><input type="hidden" name="action" value="%s">', esc_url( admin_url( 'admin-post.php' ) ), esc_attr( TRIAL ) );
	wp_nonce_field( TRIAL );
	submit_button( __( 'Test the connection', 'wirecheck' ), 'secondary', 'wirecheck-test', false );
	echo '</form></div>';
}

/**
 * The rows about the service. The key goes in, and never out again.
 *
 * @param array $now The settings.
 */
function show_connection( array $now ): void {
	row( 'url', __( 'Address of the service', 'wirecheck' ), sprintf( '<input type="url" class="regular-text code" id="wirecheck-url" name="wirecheck[url]" value="%s" placeholder="https://wirecheck.example:8631"%s>', esc_attr( $now['url'] ), disabled( defined( 'WIRECHECK_URL' ), true, false ) ), __( 'Without one nothing is checked.', 'wirecheck' ) );
	$field = sprintf( '<input type="password" class="regular-text code" id="wirecheck-key" name="wirecheck[key]" value="" autocomplete="new-password"%s>', disabled( defined( 'WIRECHECK_KEY' ), true, false ) );
	$hint  = __( 'A key with the scope “check”. None is kept.', 'wirecheck' );
	if ( defined( 'WIRECHECK_KEY' ) ) {
		$hint = __( 'The key stands in wp-config.php.', 'wirecheck' );
	} elseif ( '' !== $now['key'] ) {
		$field .= sprintf( '<br><label><input type="checkbox" name="wirecheck[forget]" value="1"> %s</label>', esc_html__( 'Forget the key', 'wirecheck' ) );
		$hint   = __( 'A key is kept. It is not shown; leave the field empty to keep it.', 'wirecheck' );
	}
	row( 'key', __( 'Key', 'wirecheck' ), $field, $hint );
	row( 'seconds', __( 'Seconds to wait for an answer', 'wirecheck' ), sprintf( '<input type="number" class="small-text" id="wirecheck-seconds" name="wirecheck[seconds]" min="2" max="60" value="%d">', $now['seconds'] ), '' );
	row( 'channel', __( 'Channel', 'wirecheck' ), sprintf( '<input type="text" class="regular-text" id="wirecheck-channel" name="wirecheck[channel]" value="%s" maxlength="100">', esc_attr( $now['channel'] ) ), __( 'As the policy calls it, such as web. Empty: the policy’s own.', 'wirecheck' ) );
	row( 'territory', __( 'Territory', 'wirecheck' ), sprintf( '<input type="text" class="regular-text" id="wirecheck-territory" name="wirecheck[territory]" value="%s" maxlength="100">', esc_attr( $now['territory'] ) ), __( 'For whom, as the policy calls it, such as DE, AT. Empty: the policy’s own.', 'wirecheck' ) );
}

/**
 * The rows about what holds a post.
 *
 * @param array $now The settings.
 */
function show_rules( array $now ): void {
	$errors = array(
		'block' => __( 'are not published', 'wirecheck' ),
		'warn'  => __( 'are published, with a warning beforehand', 'wirecheck' ),
	);
	row( 'errors', __( 'Posts with errors', 'wirecheck' ), choice( 'errors', $errors, $now['errors'] ), __( 'What is an error, the service’s policy decides. Warnings never hold a post.', 'wirecheck' ) );
	$unchecked = array(
		'block' => __( 'are not published', 'wirecheck' ),
		'allow' => __( 'are published, with a warning beforehand', 'wirecheck' ),
	);
	row( 'unchecked', __( 'Posts that could not be checked', 'wirecheck' ), choice( 'unchecked', $unchecked, $now['unchecked'] ), __( 'When the service is down, or could not check a post wholly.', 'wirecheck' ) );
}

/**
 * A list to choose from.
 *
 * @param string $name    The setting.
 * @param array  $options Value to label.
 * @param string $now     The value chosen.
 */
function choice( string $name, array $options, string $now ): string {
	$lines = '';
	foreach ( $options as $value => $label ) {
		$lines .= sprintf( '<option value="%s"%s>%s</option>', esc_attr( $value ), selected( $now, $value, false ), esc_html( $label ) );
	}
	return sprintf( '<select id="wirecheck-%1$s" name="wirecheck[%1$s]">%2$s</select>', esc_attr( $name ), $lines );
}

/**
 * One row of the form.
 *
 * @param string $name  The setting.
 * @param string $label What it is called.
 * @param string $field Its field, escaped already.
 * @param string $hint  A line below it.
 */
function row( string $name, string $label, string $field, string $hint ): void {
	// phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- the field was escaped where it was made.
	printf( '<tr><th scope="row"><label for="wirecheck-%s">%s</label></th><td>%s<p class="description">%s</p></td></tr>', esc_attr( $name ), esc_html( $label ), $field, esc_html( $hint ) );
}
