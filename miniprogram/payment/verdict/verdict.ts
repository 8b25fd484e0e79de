/**
 * The one panel for every end of an attempt, and for empty and offline pages: a sign, what happened,
 * and the next step. Says `main` or `other` when a button is tapped; knows nothing of payments.
 */
Component({
  properties: {
    /** Chooses sign and colour: `paid`, `pending`, `dismissed`, `failed`, `closed`, `offline` … */
    kind: { type: String, value: '' },
    heading: { type: String, value: '' },
    text: { type: String, value: '' },
    main: { type: String, value: '' },
    /** Without it there is one button only. */
    other: { type: String, value: '' },
    /** Something is under way already: both buttons rest. */
    busy: { type: Boolean, value: false },
  },
  methods: {
    onMain() {
      if (!this.data.busy) this.triggerEvent('main')
    },
    onOther() {
      if (!this.data.busy) this.triggerEvent('other')
    },
  },
})
