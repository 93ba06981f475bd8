// From places in the text that was checked to blocks of the editor, and marks in them. Positions are UTF-16 units, as
// JavaScript counts.
window.wirecheckBlocks = ( function ( wp ) {
	'use strict';

	const SOURCE = 'wirecheck';

	// The blocks as they are saved, and where in that text each of them stands, outer blocks before the inner.
	function layOut( blocks ) {
		const places = [];
		let content = '';
		blocks.forEach( function ( block, number ) {
			const html = wp.blocks.serialize( [ block ] );
			content += number ? '\n\n' : '';
			place( block, html, content.length, places );
			content += html;
		} );
		return { content, places };
	}

	function place( block, html, start, places ) {
		places.push( { block, html, start, end: start + html.length } );
		let from = 0;
		( block.innerBlocks || [] ).forEach( function ( inner ) {
			const innerHtml = wp.blocks.serialize( [ inner ] );
			const at = html.indexOf( innerHtml, from );
			if ( at >= 0 ) {
				place( inner, innerHtml, start + at, places );
				from = at + innerHtml.length;
			}
		} );
	}

	// The innermost block at a position; undefined in the title, the excerpt or a synced pattern.
	function blockAt( places, position ) {
		const around = places.filter( ( one ) => one.start <= position && position < one.end );
		return around.length ? around[ around.length - 1 ].block : undefined;
	}

	// The element of a block, in the page or in the frame that newer editors put the text in.
	function elementOf( clientId ) {
		const documents = [ document ];
		document.querySelectorAll( 'iframe[name="editor-canvas"]' ).forEach( function ( frame ) {
			if ( frame.contentDocument ) {
				documents.push( frame.contentDocument );
			}
		} );
		return documents.map( ( one ) => one.getElementById( 'block-' + clientId ) ).find( Boolean );
	}

	// Selects a block and brings it to the middle of the window.
	function jumpTo( block ) {
		wp.data.dispatch( 'core/block-editor' ).selectBlock( block.clientId );
		const element = elementOf( block.clientId );
		if ( element ) {
			const still = window.matchMedia( '(prefers-reduced-motion: reduce)' ).matches;
			element.scrollIntoView( { block: 'center', behavior: still ? 'auto' : 'smooth' } );
		}
	}

	// How many characters of a rich text its HTML holds up to a position.
	function charactersOf( html ) {
		return wp.richText.create( { html } ).text.length;
	}

	// The part of a finding that lies in one block's text, as a range of its characters; null where there is none.
	function rangeIn( one, finding ) {
		const value = one.block.attributes && one.block.attributes.content;
		const html = value === undefined || value === null ? '' : String( value );
		const at = html ? one.html.indexOf( html, one.html.indexOf( '-->' ) ) : -1;
		if ( at < 0 || ( one.block.innerBlocks || [] ).length ) {
			return null;
		}
		const clipped = ( position ) => Math.max( 0, Math.min( html.length, position - one.start - at ) );
		const start = charactersOf( html.slice( 0, clipped( finding.start ) ) );
		const end = charactersOf( html.slice( 0, clipped( finding.end ) ) );
		return end > start ? { start, end } : null;
	}

	// Marks findings inside the blocks. The editor's annotations are not part of the text: nothing of it is saved.
	function mark( places, findings ) {
		unmark();
		const store = wp.data.dispatch( 'core/annotations' );
		if ( ! store || ! store.__experimentalAddAnnotation ) {
			return;
		}
		findings.forEach( function ( finding, number ) {
			places.forEach( function ( one ) {
				const range = one.start < finding.end && finding.start < one.end ? rangeIn( one, finding ) : null;
				if ( range ) {
					store.__experimentalAddAnnotation( {
						id: SOURCE + '-' + number + '-' + one.block.clientId,
						source: SOURCE,
						blockClientId: one.block.clientId,
						richTextIdentifier: 'content',
						range,
					} );
				}
			} );
		} );
	}

	function unmark() {
		const store = wp.data.dispatch( 'core/annotations' );
		if ( store && store.__experimentalRemoveAnnotationsBySource ) {
			store.__experimentalRemoveAnnotationsBySource( SOURCE );
		}
	}

	return { layOut, blockAt, jumpTo, mark, unmark };
} )( window.wp );
