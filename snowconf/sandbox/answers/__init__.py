"""From rows to answers: columns chosen, values displayed, headers and envelopes written."""
