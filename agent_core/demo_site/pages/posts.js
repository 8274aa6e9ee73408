"use strict";

const list = document.querySelector(".posts");
const count = document.querySelector(".count");
const template = document.querySelector("template");
const search = document.querySelector(".search");

function card(post) {
  const item = template.content.cloneNode(true);
  const title = item.querySelector(".title");
  title.textContent = post.title;
  title.href = post.url;
  item.querySelector(".points").textContent = `${post.points} points`;
  item.querySelector(".author").textContent = post.author;
  const date = item.querySelector(".date");
  date.textContent = post.date;
  date.dateTime = post.date;
  item.querySelector(".comments").textContent = `${post.comments} comments`;
  return item;
}

function show(posts, words) {
  list.replaceChildren(...posts.map(card));
  const many = posts.length === 1 ? "1 post" : `${posts.length} posts`;
  count.textContent = words ? `${many} found for “${words}”` : many;
}

fetch("/posts.json").then((answer) => answer.json()).then((posts) => {
  show(posts, "");
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = search.elements.q.value.trim();
    const fits = (post) => `${post.title} ${post.author}`.toLowerCase().includes(words.toLowerCase());
    show(posts.filter(fits), words);
  });
});
