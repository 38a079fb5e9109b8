// Package catalogue holds facts about Windows that no protocol tells: which
// products a build number stands for, which CredSSP versions those products
// speak, and which update packages bring the fix for CVE-2018-0886.
//
// The facts are data (data/*.json), not code. Every row names its source and
// carries a [Mark]. The tables answer only what they list: a build that is not
// listed is unknown, and that is not the same as unaffected.
package catalogue
