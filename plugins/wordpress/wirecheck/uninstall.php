<?php
/**
 * Leaves nothing behind: the settings with the key, and why posts were held.
 *
 * @package Wirecheck
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'wirecheck' );
delete_post_meta_by_key( '_wirecheck_held' );
