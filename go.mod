module github.com/pathboard/pathboard

go 1.26
