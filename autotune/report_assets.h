// The style and the script of the report, compiled in from report.css and report.js.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nibble {

extern const char *const report_css;
extern const char *const report_js;

} // namespace nibble
