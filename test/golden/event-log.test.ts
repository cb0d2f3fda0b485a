/** Events wait until they are stored. */
import { expect, test } from 'vitest';
import { EventLog } from '../../ts/server/control/event-log.js';

test('what is told while others are being stored is stored with the next', () => {
  const log = new EventLog(() => 0);
  log.emit('placement', null, 'before');
  const storing = log.waiting();
  log.emit('placement', null, 'meanwhile');
  log.stored(storing);
  expect(log.waiting().map(({ message }) => message)).toEqual(['meanwhile']);
});
