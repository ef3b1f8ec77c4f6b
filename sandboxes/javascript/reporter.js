'use strict';
// node:test reporter of the judge: every finished test becomes one case.

module.exports = async function* reporter(events) {
  const finished = globalThis[Symbol.for('harness.case')];
  for await (const event of events) {
    const { type, data } = event;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details && data.details.type === 'suite') continue;
    if (data.skip !== undefined || data.todo !== undefined) {
      finished(data.name, new Error('the test was skipped'));
      continue;
    }
    finished(data.name, type === 'test:fail' ? data.details.error : undefined);
  }
  globalThis[Symbol.for('harness.end')]();
  yield '';
};
