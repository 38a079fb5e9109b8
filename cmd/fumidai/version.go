package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/internal/font"
)

// version is set by the release build; a build from source says so.
var version = "devel"

func (p *program) versionCommand() *cobra.Command {
	var licence bool
	cmd := &cobra.Command{
		Use:  "version",
		Args: p.noArguments,
		RunE: func(*cobra.Command, []string) error {
			if licence {
				_, err := fmt.Fprint(p.stdout, font.License)
				return err
			}
			commit := ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						commit = " " + s.Value
					}
				}
			}
			_, err := fmt.Fprintf(p.stdout, "fumidai %s%s %s %s/%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
	cmd.Flags().BoolVar(&licence, "font-licence", false, "")
	return cmd
}

// noArguments refuses arguments of a command that takes none.
func (p *program) noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &misuseError{code: "ui.error.arguments", args: map[string]any{"argument": printable(args[0])}, hint: cmd.CommandPath()}
}
