// The smallest page around the IronRDP web component. Its address says what to open:
// #user=..&width=..&height=.. ; drive.mjs reads window.session.
import '@devolutions/iron-remote-desktop';
import { init, Backend, displayControl } from '@devolutions/iron-remote-desktop-rdp';

const wanted = new URLSearchParams(location.hash.slice(1));
const kinds = ['General', 'WrongPassword', 'LogonFailure', 'AccessDenied', 'RDCleanPath', 'ProxyConnect', 'NegotiationFailure'];

// state: loading, connecting, connected, ended, failed.
const session = (window.session = { state: 'loading' });

function fail(error) {
  session.text = typeof error?.backtrace === 'function' ? error.backtrace() : String(error?.stack ?? error);
  // Version 0.7.0 takes the orderly end of a session for a failure.
  const ended = session.text.match(/received disconnect provider ultimatum: \w+/);
  if (ended) {
    session.text = ended[0];
    session.state = 'ended';
    return;
  }
  session.kind = typeof error?.kind === 'function' ? (kinds[error.kind()] ?? String(error.kind())) : 'page';
  session.state = 'failed';
}

async function open(desktop) {
  desktop.setEnableClipboard(false);
  const config = desktop.configBuilder()
    .withUsername(wanted.get('user') ?? '')
    .withPassword('') // the endpoint has it
    .withDestination('the endpoint knows it')
    .withProxyAddress(`ws://${location.host}/rdp`)
    .withServerDomain('')
    .withAuthToken('none')
    .withDesktopSize({ width: Number(wanted.get('width')), height: Number(wanted.get('height')) })
    .withExtension(displayControl(false))
    .build();
  session.state = 'connecting';
  const connection = await desktop.connect(config);
  session.size = { width: connection.initialDesktopSize.width, height: connection.initialDesktopSize.height };
  session.state = 'connected';
  desktop.setVisibility(true);
  session.leave = () => desktop.shutdown();
  const ended = await connection.run();
  session.text = ended.reason();
  session.state = 'ended';
}

try {
  await init('WARN');
  const element = document.createElement('iron-remote-desktop');
  element.setAttribute('scale', 'real');
  element.setAttribute('verbose', 'false');
  element.module = Backend;
  element.addEventListener('ready', (event) => open(event.detail.irgUserInteraction).catch(fail));
  document.getElementById('host').append(element);
} catch (error) {
  fail(error);
}
