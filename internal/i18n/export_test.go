package i18n

// What the tests look into that stand outside of the package, because they import
// packages which import it.
var (
	Messages    = messages
	Placeholder = placeholder
	Files       = &files
)
