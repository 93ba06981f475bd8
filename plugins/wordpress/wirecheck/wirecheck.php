<?php
/**
 * Plugin Name: Wirecheck
 * Description: Says before a post is published whether it reproduces protected wire copy, and holds it where the policy forbids the use.
 * Version: 0.1.0
 * Requires at least: 6.1
 * Requires PHP: 7.4
 * License: Apache-2.0
 * License URI: https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain: wirecheck
 *
 * @package Wirecheck
 */

namespace Wirecheck;

defined( 'ABSPATH' ) || exit;

const VERSION = '0.1.0';
const FILE    = __FILE__;

require __DIR__ . '/includes/settings.php';
require __DIR__ . '/includes/settings-page.php';
require __DIR__ . '/includes/service.php';
require __DIR__ . '/includes/verdict.php';
require __DIR__ . '/includes/check.php';
require __DIR__ . '/includes/editor.php';
require __DIR__ . '/includes/gate.php';
require __DIR__ . '/includes/schedule.php';
require __DIR__ . '/includes/held.php';
