// One of LINE's pages asks its tab whose telephone it is, and comes back with the answer.
const person = sessionStorage.getItem("line_person") ?? "";
const mark = location.search ? "&" : "?";
location.replace(`${location.pathname}${location.search}${mark}sim_person=${person}${location.hash}`);
