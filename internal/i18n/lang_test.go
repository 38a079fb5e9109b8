package i18n

import "testing"

func TestParse(t *testing.T) {
	for name, want := range map[string]Lang{
		"ja": Japanese, "JA": Japanese, "ja-JP": Japanese, "ja_JP.UTF-8": Japanese, "ja.eucJP": Japanese, "ja@x": Japanese,
		"en": English, "en-GB": English, "en_US.UTF-8": English,
		"": "", "C": "", "POSIX": "", "C.UTF-8": "", "de_DE": "", "jav": "", "english": "",
	} {
		got, ok := Parse(name)
		if got != want || ok != (want != "") {
			t.Errorf("Parse(%q) = %q, %v", name, got, ok)
		}
	}
}

func TestFromEnv(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want Lang
	}{
		{nil, English},
		{map[string]string{"LANG": "ja_JP.UTF-8"}, Japanese},
		{map[string]string{"LC_MESSAGES": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"}, Japanese},
		{map[string]string{"LC_ALL": "ja_JP.UTF-8", "LC_MESSAGES": "en_US", "LANG": "en_US"}, Japanese},
		{map[string]string{"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, English},
		{map[string]string{"LC_MESSAGES": "de_DE", "LANG": "ja_JP.UTF-8"}, English},
		{map[string]string{"LANGUAGE": "ja"}, English},
	} {
		if got := FromEnv(func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%v: %q, want %q", c.env, got, c.want)
		}
	}
}
