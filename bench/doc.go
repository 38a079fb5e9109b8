// Command bench measures what the project promises about its speed, against
// peers of the same run. README.md says what each figure means.
//
//	go run ./bench [flags] handshake|tsrequest|scan|full|idle|all …
//
// Without a name it measures all. It prints tables and writes them, with
// the figures as JSON, to build/bench. Everything stays on loopback addresses;
// processes are its own children and end with it.
package main
