// Package i18n holds what the server itself says to people, in Polish and in
// English: the words of problems and of field errors, and the few plain pages
// that appear without the web app. The web app has catalogues of its own.
//
// A test keeps the two catalogues equal key for key and checks that they know
// every code of the domain.
package i18n
