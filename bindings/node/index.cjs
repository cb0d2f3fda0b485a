'use strict';

// The platform's name for its C library is the last part of a binary's name on Linux and Windows.
function abi() {
  if (process.platform === 'win32') return '-msvc';
  if (process.platform !== 'linux') return '';
  const { header } = process.report.getReport();
  return header.glibcVersionRuntime === undefined ? '-musl' : '-gnu';
}

module.exports = require(`./isotherm.${process.platform}-${process.arch}${abi()}.node`);
