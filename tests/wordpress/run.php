<?php
// Run by site.py: PHP of a test, inside WordPress, its answer as JSON. The code comes on standard input.
require $argv[1] . '/wp-load.php';
wp_set_current_user( 1 );
echo "\n@" . wp_json_encode( eval( stream_get_contents( STDIN ) ) );
