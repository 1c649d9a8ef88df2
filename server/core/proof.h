/* What is said of codes that are not right, by the core and by the edge alike. */
#ifndef TTYDESK_CORE_PROOF_H
#define TTYDESK_CORE_PROOF_H

/* At the sign-in, when a code was shown, whatever of it all was wrong. */
#define PROOF_WRONG "User name, password or code is not right; each code is good once."

/* To somebody who is signed in. */
#define PROOF_CODE_WRONG "This code is not right, or was used; wait for the next one."

#endif
