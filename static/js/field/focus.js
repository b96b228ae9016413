// What a page has to say first takes the focus: errors of a form, news that somebody else was quicker.

document.querySelector("[data-focus], .errors[tabindex]")?.focus();
