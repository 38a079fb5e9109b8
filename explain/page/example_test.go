package page_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/fumidai/fumidai/explain/page"
	"github.com/fumidai/fumidai/internal/i18n"
)

// The page is one file: write it anywhere a browser can open it.
func ExampleWrite() {
	var file bytes.Buffer
	if err := page.Write(&file, i18n.Japanese); err != nil {
		log.Fatal(err)
	}
	first, _, _ := bytes.Cut(file.Bytes(), []byte("<head>"))
	fmt.Printf("%s", first)
	// Output:
	// <!doctype html>
	// <html lang="ja">
}
