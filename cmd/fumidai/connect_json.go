package main

import (
	"crypto/tls"
	"encoding/hex"
	"time"
)

// connectSchema names the form of `connect --json`.
const connectSchema = "fumidai.connect/1"

// jsonConnect is what `connect --json` writes.
type jsonConnect struct {
	Schema         string       `json:"schema"`
	Host           string       `json:"host"`
	Port           int          `json:"port"`
	User           string       `json:"user"`
	At             time.Time    `json:"at"`
	Worked         bool         `json:"worked"`
	Protocol       *string      `json:"protocol"`
	CredSSPVersion *int         `json:"credssp_version"`
	Insecure       *bool        `json:"insecure"`
	TLS            *jsonTLS     `json:"tls"`
	SPKISHA256     *string      `json:"spki_sha256"`
	Pinned         bool         `json:"pinned"`
	Desktop        *jsonDesktop `json:"desktop"`
	Redirections   int          `json:"redirections"`
	Steps          []jsonStep   `json:"steps"`
	Screenshot     *string      `json:"screenshot"`
	Failure        *jsonFailure `json:"failure"`
}

type jsonDesktop struct {
	Width  int  `json:"width"`
	Height int  `json:"height"`
	Quiet  bool `json:"quiet"`
}

type jsonStep struct {
	Connection int     `json:"connection"`
	Step       string  `json:"step"`
	Seconds    float64 `json:"seconds"`
}

type jsonFailure struct {
	Step   string     `json:"step"`
	Awaits *string    `json:"awaits"`
	Code   string     `json:"code"`
	Text   string     `json:"text"`
	Cause  *jsonCause `json:"cause"`
}

type jsonCause struct {
	Code      string     `json:"code"`
	Text      string     `json:"text"`
	NextCheck jsonText   `json:"next_check"`
	Fix       []jsonText `json:"fix"`
	Never     []jsonText `json:"never"`
}

func (p *program) connectJSON(c *connected) *jsonConnect {
	out := &jsonConnect{Schema: connectSchema, Host: c.target.host, Port: c.target.port, User: c.user, At: c.at.UTC(),
		Worked: c.failure == nil, Pinned: c.pinned, Redirections: c.redirections, Steps: []jsonStep{}, Screenshot: optional(c.screenshot)}
	if n := c.session; n != nil {
		insecure, key := c.insecure(), hex.EncodeToString(n.key[:])
		out.Protocol, out.Insecure, out.SPKISHA256 = &n.protocol, &insecure, &key
		if n.credSSP > 0 {
			out.CredSSPVersion = &n.credSSP
		}
		out.TLS = &jsonTLS{tls.VersionName(n.tlsVersion), tls.CipherSuiteName(n.cipherSuite)}
		out.Desktop = &jsonDesktop{n.width, n.height, n.quiet}
	}
	for _, s := range c.steps {
		out.Steps = append(out.Steps, jsonStep{s.Connection, string(s.Step), s.Took.Seconds()})
	}
	if f := c.failure; f != nil {
		out.Failure = &jsonFailure{Step: string(f.step), Awaits: optional(f.awaits), Code: f.code, Text: p.text(f.reason, f.args)}
		if cause := f.cause; cause != nil {
			out.Failure.Cause = &jsonCause{Code: cause.Code, Text: p.text("explain.cause."+cause.Code, nil),
				NextCheck: jsonText{cause.NextCheck, p.text(cause.NextCheck, nil)}, Fix: p.texts(cause.Fix), Never: p.texts(cause.Never)}
		}
	}
	return out
}
