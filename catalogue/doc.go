// Package catalogue holds facts about Windows that no protocol tells: which
// products a build number stands for, which CredSSP versions those products
// speak, which update packages bring the fix for CVE-2018-0886, and what it
// takes to install them.
//
// The facts are data (data/*.json), not code. Every row names its source and
// carries a [Mark]. The tables answer only what they list: a build that is not
// listed is unknown, and that is not the same as unaffected; a package that is
// not listed may contain the fix or not.
//
// The catalogue says what should be so. What is so on a host, its CredSSP
// version says, never a row here and never a row for the CVE: the CVE was listed
// again in 2020 for builds that shipped with the fix.
package catalogue
