// A phone opens a link in a new tab: from here on the tab is that person's, and knows nothing of the phone.
const given = new URLSearchParams(location.search);
const url = given.get("url");
window.opener = null;
sessionStorage.setItem("line_person", given.get("person"));
if (/^https?:\/\//i.test(url)) location.replace(url);
