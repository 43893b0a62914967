// panel.mjs: the phone panel of a home-made CRM. The server needs this page's origin in http.origins.

const base = `${sessionStorage.getItem("offhook.url")}/api/v1`;
const headers = {Authorization: `Bearer ${sessionStorage.getItem("offhook.token")}`, "Content-Type": "application/json"};
const calls = new Map();

const show = (text) => {
    document.querySelector("#problem").textContent = text;
};

/** Asks the server; what it says when it refuses is for people. */
async function ask(method, path, body, more = {}) {
    const answer = await fetch(base + path, {method, headers: {...headers, ...more}, body: body && JSON.stringify(body)});
    show(answer.ok ? "" : (await answer.json()).detail);
}

function draw() {
    document.querySelector("#calls").replaceChildren(
        ...[...calls.values()].map((call) => {
            const other = call.direction === "inbound" ? call.caller : call.callee;
            const item = document.createElement("li");
            item.textContent = `${other.name || other.id}: ${call.state.replace("State", "")} `;
            for (const name of ["answer", "drop"].filter((one) => call.features.includes(one))) {
                const button = document.createElement("button");
                button.className = name;
                button.textContent = name;
                const path = `/calls/${call.id}`;
                button.onclick = () => (name === "drop" ? ask("DELETE", path) : ask("POST", `${path}/${name}`));
                item.append(button);
            }
            return item;
        }),
    );
}

function take(event, value) {
    if (event === "snapshot") {
        calls.clear();
        for (const call of value.calls) calls.set(call.id, call);
    } else if (event === "call") {
        value.state === "OnHookState" ? calls.delete(value.id) : calls.set(value.id, value);
        // The screen pop: whoever rings is on the screen before you answer.
        if (value.direction === "inbound" && value.state === "RingBackState") {
            document.querySelector("#customer").textContent = value.caller.name || value.caller.id;
        }
    }
    draw();
}

async function follow() {
    const answer = await fetch(`${base}/events`, {headers});
    let rest = "";
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
        const parts = (rest + text).split("\n\n");
        rest = parts.pop();
        for (const part of parts) {
            const fields = Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/s)));
            if (fields.data) take(fields.event, JSON.parse(fields.data));
        }
    }
}

document.addEventListener("click", (event) => {
    const number = event.target.dataset?.call;
    if (number) ask("POST", "/terminals/default/calls", {number}, {"Idempotency-Key": crypto.randomUUID()});
});

for (;;) {
    await follow().catch(() => show("the phone server cannot be reached"));
    await new Promise((done) => setTimeout(done, 3000));
}
