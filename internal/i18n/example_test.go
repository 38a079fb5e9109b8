package i18n_test

import (
	"fmt"

	"github.com/fumidai/fumidai/internal/i18n"
)

func ExampleText() {
	lang, _ := i18n.Parse("ja_JP.UTF-8")
	args := map[string]any{"kb": "KB4103723"}
	fmt.Println(i18n.Text(i18n.English, "action.update.install", args))
	fmt.Println(i18n.Text(lang, "action.update.install", args))
	// Output:
	// Install KB4103723 or a later cumulative update on the server, then restart it
	// サーバーに KB4103723 またはそれ以降の累積更新プログラムを適用し、再起動する
}
