// The token stands behind the # of the link, so that no server but this script reads it.
const token = location.hash.slice(1);
const form = document.getElementById('invitation');
const outcome = document.getElementById('outcome');
const button = form.querySelector('button');

function say(text) {
  outcome.textContent = text;
}

async function problemOf(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}

function explained(problem) {
  const fields = problem.errors ?? [];
  if (fields.length > 0) {
    return fields.map((field) => `The password ${field.message}.`).join(' ');
  }
  return problem.detail ?? 'Something went wrong. Please try again.';
}

async function send(password) {
  const answer = await fetch('api/v1/auth/accept-invitation', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token, password }),
  });
  if (answer.ok) {
    form.remove();
    history.replaceState(null, '', location.pathname);
    say('Your password is set. You can sign in now.');
    return;
  }
  say(explained(await problemOf(answer)));
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const password = form.elements.password.value;
  if (password !== form.elements.again.value) {
    say('The two passwords are not the same.');
    return;
  }
  button.disabled = true;
  try {
    await send(password);
  } catch {
    say('The server cannot be reached. Please try again.');
  } finally {
    button.disabled = false;
  }
});

if (token === '') {
  form.hidden = true;
  say('This link is not complete. Open the whole link of the mail.');
}
