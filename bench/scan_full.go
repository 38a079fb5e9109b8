package main

import (
	"context"
	"fmt"
)

// The names of the tools in the report.
const (
	fullPicture   = "fumidai check --depth full --parallel 1000"
	withoutPause  = "same with --spacing 1ms"
	nmapT4Both    = "nmap -T4 both scripts"
	nmapTunedBoth = "nmap tuned both scripts"
)

// nmapScripts together ask for what a full look asks for, but for TLS.
const nmapScripts = "rdp-ntlm-info,rdp-enum-encryption"

// With both scripts nmap -T4 needs half a minute for 200 hosts: it looks at no
// more, in fewer rounds.
const (
	fullRounds = 3
	nmapShare  = 5 // of so many hosts at one
)

// measureFullScans asks open servers for everything, with the program of this
// checkout and with nmap, by turns.
func measureFullScans(ctx context.Context, s *settings, r *report) error {
	fumidai, err := buildFumidai(ctx, s.out)
	if err != nil {
		return err
	}
	few := s.peerHosts
	if few == 0 {
		few = s.hosts / nmapShare
	}
	tools := []*scanner{
		fumidaiCheck(fullPicture, fumidai, s.hosts, "--depth", "full", "--parallel", "1000"),
		fumidaiCheck(withoutPause, fumidai, s.hosts, "--depth", "full", "--parallel", "1000", "--spacing", "1ms"),
	}
	peers := hasNmap(ctx, r, "S3 and S6")
	if peers {
		tools = append(tools, nmap(nmapT4Both, nmapScripts, few, asT4...), nmap(nmapTunedBoth, nmapScripts, few, asTuned...))
	}
	sc := &scenario{title: "open hosts in full, that answer at once, ECDSA P-256", key: ecdsaP256, full: true, most: fullRounds, tools: tools}
	if err := sc.run(ctx, s); err != nil {
		return err
	}
	sc.report(r)
	judgeFull(r, s.hosts, peers, sc)
	return nil
}

// judgeFull compares the full look with the goals.
func judgeFull(r *report, hosts int, peers bool, picture *scenario) {
	r.atLeast("S3", "hosts named, worst run, full look", 100, "%", worst(picture.values(fullPicture, scan.percentNamed)))
	r.atLeast("S3", "hosts seen in full, worst run", 100, "%", worst(picture.values(fullPicture, scan.percentFull)))
	if peers {
		r.atLeast("S3", "hosts per CPU second against "+nmapT4Both, 12, "×", picture.ratio(fullPicture, nmapT4Both, scan.perProcessorSecond))
		r.atLeast("S3", "hosts per CPU second against "+nmapTunedBoth, 4, "×", picture.ratio(fullPicture, nmapTunedBoth, scan.perProcessorSecond))
		r.atLeast("S6", "hosts per second against "+nmapT4Both, 50, "×", picture.ratio(fullPicture, nmapT4Both, scan.perSecond))
		r.atLeast("S6", "hosts per second against "+nmapTunedBoth, 8, "×", picture.ratio(fullPicture, nmapTunedBoth, scan.perSecond))
	}
	r.atMost("S7", fmt.Sprintf("peak RSS, %d in flight, full look", hosts), 80, "MiB", spreadOf(picture.values(fullPicture, scan.peak)))
}
