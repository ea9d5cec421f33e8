/**
 * Every reason an item can end with: how it is coloured and what it says.
 * good = arrived, quiet = rightly not shown, wait = somebody's decision or a matter of time, bad = somebody should look.
 */
export const reasons = {
  delivered: { tone: 'good', text: 'delivered', meaning: 'Handed over: written to TAK links, or taken by the radio.' },
  duplicate: { tone: 'quiet', text: 'duplicate', meaning: 'The same was already delivered over another way.' },
  superseded: { tone: 'quiet', text: 'superseded', meaning: 'A newer state of the same unit was there first.' },
  loop: { tone: 'quiet', text: 'loop', meaning: 'It came from Cotbus, or its mesh has already heard it.' },
  no_destination: { tone: 'bad', text: 'no destination', meaning: 'Nothing was registered that takes it.' },
  no_client: {
    tone: 'wait',
    text: 'no client',
    meaning: 'Nobody is connected; what belongs on the map is kept for those who join.',
  },
  not_for_tak: { tone: 'quiet', text: 'not for TAK', meaning: 'A packet of the mesh that TAK has no use for.' },
  garbled: { tone: 'bad', text: 'garbled', meaning: 'Damaged on its way: look at the radio.' },
  impossible: { tone: 'bad', text: 'impossible', meaning: 'Well formed but senseless: look at the sender.' },
  unreadable: { tone: 'wait', text: 'unreadable', meaning: 'Encrypted with a key this radio does not have.' },
  dictionary_missing: { tone: 'bad', text: 'dictionary missing', meaning: 'Needs a dictionary that is not installed.' },
  unsupported: { tone: 'wait', text: 'unsupported', meaning: 'This version does not translate it.' },
  too_large: { tone: 'bad', text: 'too large', meaning: 'Does not fit into one packet of the mesh.' },
  tak_identity: {
    tone: 'quiet',
    text: 'TAK identity',
    meaning: 'Its user reports to TAK itself, and that report is better.',
  },
  ignored: { tone: 'wait', text: 'ignored', meaning: 'The owner of the radio ignores this node.' },
  expired: { tone: 'wait', text: 'expired', meaning: 'Its time was past, or it waited too long for the air.' },
  not_allowed: { tone: 'wait', text: 'not allowed', meaning: 'The configuration does not let it pass.' },
  channel_closed: {
    tone: 'wait',
    text: 'channel closed',
    meaning: 'Strangers could read this channel: it has no key, or the default one.',
  },
  too_soon: { tone: 'quiet', text: 'too soon', meaning: 'Sent a moment ago; air time is saved.' },
  radio_away: { tone: 'bad', text: 'radio away', meaning: 'The link to the radio broke meanwhile.' },
  radio_refused: { tone: 'bad', text: 'radio refused', meaning: 'The radio did not take it.' },
  radio_silent: { tone: 'bad', text: 'radio silent', meaning: 'The radio never said what became of it.' },
  queue_full: { tone: 'bad', text: 'queue full', meaning: 'More was waiting than can be kept.' },
  stopping: { tone: 'wait', text: 'stopping', meaning: 'The service was being stopped.' },
  absent: { tone: 'bad', text: 'absent', meaning: 'Its destination gave no sign of life for too long.' },
  poison: { tone: 'bad', text: 'poison', meaning: 'Five tries without an answer while others passed.' },
  journal_full: { tone: 'bad', text: 'journal full', meaning: 'There is no room on the disk for anything new.' },
  gave_up: { tone: 'bad', text: 'gave up', meaning: 'Its destination is there and did not take it in time.' },
  incomplete: { tone: 'wait', text: 'incomplete', meaning: 'Not all frames of the transfer were heard.' },
  not_sent: { tone: 'bad', text: 'not sent', meaning: 'No radio of the mesh sent it.' },
  air_budget: { tone: 'wait', text: 'no airtime', meaning: 'There was no airtime for it until its life was over.' },
  flood: { tone: 'bad', text: 'flood', meaning: 'Its sender sent more than is taken of one node.' },
  unacknowledged: {
    tone: 'wait',
    text: 'no answer',
    meaning: 'The node it was for has not said that it has it.',
  },
  unknown: { tone: 'wait', text: 'unknown', meaning: 'A reason of a newer version.' },
};

export const reasonOf = (name) => reasons[name] ?? reasons.unknown;
