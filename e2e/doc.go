// Package e2e shows this project's servers, and foreign ones, to a browser: the
// IronRDP web client, as npm has it, in Debian's Chromium, behind the endpoint in
// cleanpath. The page is in web; `make e2e` builds it and runs the suite.
//
// WebSession is to a browser what interop.FreeRDPSession is to FreeRDP.
package e2e
