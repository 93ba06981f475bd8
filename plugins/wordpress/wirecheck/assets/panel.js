// The panel before publishing, and the same among the settings of a post. What is shown is always text, never HTML.
( function ( wp, given, blocks ) {
	'use strict';

	const { createElement: el, Fragment, useCallback, useEffect, useMemo, useRef, useState } = wp.element;
	const { useSelect } = wp.data;
	const { Button, Dashicon, Notice, Spinner } = wp.components;
	const { __, _n, sprintf } = wp.i18n;

	// Since 6.6 the panels belong to wp.editor, before to wp.editPost.
	const PrePublish = wp.editor.PluginPrePublishPanel || wp.editPost.PluginPrePublishPanel;
	const Settings = wp.editor.PluginDocumentSettingPanel || wp.editPost.PluginDocumentSettingPanel;

	const LOCK = 'wirecheck';
	const PAUSE = 600; // Milliseconds without a key pressed, then the text is checked again.
	const ICONS = { error: 'dismiss', warning: 'warning', note: 'info' };
	const WORDS = {
		error: __( 'Error', 'wirecheck' ),
		warning: __( 'Warning', 'wirecheck' ),
		note: __( 'Note', 'wirecheck' ),
	};

	function isPublishing( select ) {
		const editor = select( 'core/editor' );
		const sidebar = editor.isPublishSidebarOpened ? editor : select( 'core/edit-post' );
		return sidebar.isPublishSidebarOpened() && ! editor.isCurrentPostPublished() && ! editor.isCurrentPostScheduled();
	}

	// What is to be checked. It is another object as soon as a word of it changes.
	function useSubject() {
		const { id, title, excerpt, date, tree } = useSelect( function ( select ) {
			const editor = select( 'core/editor' );
			return {
				id: editor.getCurrentPostId(),
				title: editor.getEditedPostAttribute( 'title' ) || '',
				excerpt: editor.getEditedPostAttribute( 'excerpt' ) || '',
				date: editor.isEditedPostBeingScheduled() ? editor.getEditedPostAttribute( 'date' ) || '' : '',
				tree: select( 'core/block-editor' ).getBlocks(),
			};
		}, [] );
		return useMemo( () => ( { id, title, excerpt, date, tree } ), [ id, title, excerpt, date, tree ] );
	}

	function unreachable() {
		return {
			state: 'unavailable',
			held: given.waits,
			message: __( 'The check could not be made: this site does not answer.', 'wirecheck' ),
			findings: [],
			reasons: [],
		};
	}

	// The answer, and the subject that it is for. An answer that comes after the text has changed is dropped.
	function useCheck() {
		const [ answered, setAnswered ] = useState( { subject: null, answer: null, places: [] } );
		const latest = useRef( null );
		const check = useCallback( function ( subject ) {
			const { content, places } = blocks.layOut( subject.tree );
			const { id, title, excerpt, date } = subject;
			latest.current = subject;
			setAnswered( { subject, answer: null, places } );
			wp.apiFetch( { path: '/wirecheck/v1/check', method: 'POST', data: { id, title, content, excerpt, date } } )
				.catch( unreachable )
				.then( function ( answer ) {
					if ( latest.current === subject ) {
						setAnswered( { subject, answer, places } );
					}
				} );
		}, [] );
		return [ answered, check ];
	}

	// Publishing waits only while the sidebar is open: a lock at other times greys out the button that opens it, and
	// keeps drafts from being saved.
	function useLock( locked ) {
		useEffect(
			function () {
				const editor = wp.data.dispatch( 'core/editor' );
				if ( locked ) {
					editor.lockPostSaving( LOCK );
				}
				return () => editor.unlockPostSaving( LOCK );
			},
			[ locked ]
		);
	}

	function useHeldNotice() {
		useEffect( function () {
			if ( given.heldFor ) {
				wp.data.dispatch( 'core/notices' ).createErrorNotice( 'Wirecheck: ' + given.heldFor, { id: 'wirecheck-held' } );
			}
		}, [] );
	}

	function Finding( { finding, places } ) {
		const block = blocks.blockAt( places, finding.start );
		const from = [ finding.title && '“' + finding.title + '”', finding.holder ].filter( Boolean ).join( ', ' );
		return el(
			'li',
			{ className: 'wirecheck-finding is-' + finding.severity },
			el( 'p', null, el( Dashicon, { icon: ICONS[ finding.severity ] } ), ' ', el( 'strong', null, WORDS[ finding.severity ] ) ),
			el( 'p', null, el( 'bdi', null, finding.why || finding.status ) ),
			finding.text && el( 'blockquote', null, el( 'bdi', null, finding.text ) ),
			from && el( 'p', { className: 'wirecheck-from' }, __( 'From', 'wirecheck' ), ' ', el( 'bdi', null, from ) ),
			block
				? el( Button, { variant: 'secondary', onClick: () => blocks.jumpTo( block ) }, __( 'Show in the text', 'wirecheck' ) )
				: el( 'p', null, __( 'In the title, the excerpt or a synced pattern.', 'wirecheck' ) )
		);
	}

	function Findings( { findings, places } ) {
		const grave = findings.filter( ( one ) => one.severity !== 'note' );
		const notes = findings.length - grave.length;
		return el(
			Fragment,
			null,
			el(
				'ul',
				{ className: 'wirecheck-findings' },
				grave.map( ( finding, number ) => el( Finding, { key: number, finding, places } ) )
			),
			notes > 0 &&
				/* translators: %d: a number of findings. */
				el( 'p', null, sprintf( _n( '%d note, nothing to settle.', '%d notes, nothing to settle.', notes, 'wirecheck' ), notes ) )
		);
	}

	function statusOf( answer ) {
		return answer.held ? 'error' : answer.state === 'clear' ? 'success' : 'warning';
	}

	function Body( { answered, subject, recheck, waiting } ) {
		const { answer, places } = answered;
		const stale = answer && answered.subject !== subject;
		const running = answered.subject && ! answer;
		return el(
			'div',
			{ className: 'wirecheck', 'data-state': running || waiting ? 'running' : answer ? answer.state : 'unasked' },
			el(
				'div',
				{ role: 'status' },
				( running || waiting ) && el( 'p', null, el( Spinner ), __( 'Looking for wire copy …', 'wirecheck' ) ),
				answer &&
					! waiting &&
					el( Notice, { status: statusOf( answer ), isDismissible: false, politeness: 'polite' }, answer.message ),
				stale && ! waiting && el( 'p', null, __( 'The text has changed since.', 'wirecheck' ) )
			),
			answer && ! waiting && el( 'ul', null, answer.reasons.map( ( reason, number ) => el( 'li', { key: number }, reason ) ) ),
			answer && ! waiting && el( Findings, { findings: answer.findings, places } ),
			el( Button, { variant: 'tertiary', onClick: recheck, disabled: Boolean( running ) }, __( 'Check now', 'wirecheck' ) )
		);
	}

	function Wirecheck() {
		const publishing = useSelect( isPublishing, [] );
		const subject = useSubject();
		const [ answered, check ] = useCheck();
		const opened = useRef( false );
		const current = answered.subject === subject && answered.answer;

		useEffect(
			function () {
				const pause = opened.current ? PAUSE : 0;
				opened.current = publishing;
				if ( ! publishing ) {
					return undefined;
				}
				const timer = setTimeout( () => check( subject ), pause );
				return () => clearTimeout( timer );
			},
			[ publishing, subject, check ]
		);
		useEffect(
			function () {
				blocks.unmark();
				if ( current ) {
					blocks.mark( answered.places, current.findings.filter( ( one ) => one.severity !== 'note' ) );
				}
			},
			[ current, answered.places ]
		);
		useLock( Boolean( publishing && ( current ? current.held : given.locks ) ) );
		useHeldNotice();

		const body = el( Body, { answered, subject, waiting: publishing && ! current, recheck: () => check( subject ) } );
		return el(
			Fragment,
			null,
			el( PrePublish, { title: 'Wirecheck', initialOpen: true }, body ),
			el( Settings, { name: 'wirecheck', title: 'Wirecheck' }, body )
		);
	}

	wp.plugins.registerPlugin( 'wirecheck', { render: Wirecheck, icon: 'shield' } );
} )( window.wp, window.wirecheck, window.wirecheckBlocks );
